//! How queues look.

use operate::queues::{QueueDetail, QueueView, paused};
use platform::inspect::Day;

use crate::out::{Out, span, time};

pub(super) fn all(queues: &[QueueView], out: &Out) -> anyhow::Result<()> {
    let heads = [
        "QUEUE", "READY", "RUNNING", "LATER", "DEAD", "OLDEST", "PAUSED",
    ];
    out.rows(&heads, queues, |queue| {
        let counts = &queue.counts;
        let mut cells = vec![counts.queue.clone()];
        let numbers = [counts.ready, counts.running, counts.due, counts.dead];
        cells.extend(numbers.map(|number| number.to_string()));
        cells.extend([
            age(queue),
            queue.paused.as_ref().map_or("–".to_owned(), paused),
        ]);
        cells
    })?;
    let dead: u64 = queues.iter().map(|queue| queue.counts.dead).sum();
    if dead > 0 {
        out.aside(&format!(
            "{dead} dead. See what they have in common with `honeydue errors ls`."
        ));
    }
    for queue in queues.iter().filter(|queue| queue.paused.is_some()) {
        out.aside(&format!(
            "{} is paused. Let it go on with `honeydue queue resume {}`.",
            queue.counts.queue, queue.counts.queue
        ));
    }
    Ok(())
}

fn age(queue: &QueueView) -> String {
    queue.oldest_s.map_or("–".to_owned(), span)
}

pub(super) fn one(queue: &QueueDetail, out: &Out) -> anyhow::Result<()> {
    let counts = &queue.view.counts;
    let mut lines = vec![
        ("queue", counts.queue.clone()),
        ("ready", counts.ready.to_string()),
        ("running", counts.running.to_string()),
        ("later", counts.due.to_string()),
        ("dead", counts.dead.to_string()),
        ("kept done", counts.done.to_string()),
        ("oldest", age(&queue.view)),
        ("next due", time(queue.next_due)),
        (
            "paused",
            queue.view.paused.as_ref().map_or("no".to_owned(), paused),
        ),
        ("kinds", queue.kinds.join(", ")),
        ("partitions", queue.partitions.to_string()),
    ];
    lines.extend(
        queue
            .max_running
            .map(|most| ("at a time", most.to_string())),
    );
    lines.extend(queue.rate.clone().map(|rate| ("rate", rate)));
    lines.extend(queue.today.map(|day| ("today", told(&day))));
    out.one(queue, &lines)
}

fn told(day: &Day) -> String {
    format!(
        "{} done, {} failed attempts, {} lost leases, {} dead, {} cancelled",
        day.done, day.failed, day.lost, day.dead, day.cancelled
    )
}

pub(super) fn history(days: &[Day], out: &Out) -> anyhow::Result<()> {
    let heads = ["DAY", "DONE", "FAILED", "LOST", "DEAD", "CANCELLED"];
    out.rows(&heads, days, |day| {
        let numbers = [day.done, day.failed, day.lost, day.dead, day.cancelled];
        let numbers = numbers.into_iter().map(|number| number.to_string());
        [day.date.to_string()].into_iter().chain(numbers).collect()
    })
}
