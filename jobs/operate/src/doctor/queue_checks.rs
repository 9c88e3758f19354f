//! Queues: paused, piling up, given up, unknown; and whether anybody works.

use platform::Queue;

use super::Finding;
use crate::{
    Trouble,
    queues::{self, QueueView},
    redis,
};

/// Longer than any job should wait for a worker.
const LONG_S: i64 = 300;

pub(super) async fn all(queue: &Queue) -> Vec<Finding> {
    let (views, workers, unknown, partitions) = tokio::join!(
        queues::list(queue),
        workers(queue),
        unknown(queue),
        partitions(queue)
    );
    let mut findings = match views {
        Ok(views) => views.iter().flat_map(of_one).collect(),
        Err(trouble) => vec![Finding::unknown("queues", &trouble)],
    };
    if findings.is_empty() {
        findings.push(Finding::ok(
            "queues",
            "nothing is paused, dead, or waits for long",
        ));
    }
    let others = [
        ("workers", workers),
        ("unknown queues", unknown),
        ("partitions", partitions),
    ];
    let others = others
        .into_iter()
        .map(|(check, found)| found.unwrap_or_else(|trouble| Finding::unknown(check, &trouble)));
    findings.extend(others);
    findings
}

fn of_one(queue: &QueueView) -> Vec<Finding> {
    let name = &queue.counts.queue;
    let mut findings = Vec::new();
    if let Some(pause) = &queue.paused {
        let found = format!("{name} is paused {}", queues::paused(pause));
        findings.push(
            Finding::warning("queues", found).mend(format!("`honeydue queue resume {name}`")),
        );
    } else if queue.oldest_s.is_some_and(|oldest| oldest > LONG_S) {
        let found = format!(
            "the first in line of {name} waits for {} s",
            queue.oldest_s.unwrap_or_default()
        );
        let remedy = "see with `honeydue worker ls` that somebody works, and give it a greater share in QUEUES";
        findings.push(Finding::critical("queues", found).mend(remedy));
    }
    if queue.counts.dead > 0 {
        let found = format!("{} dead in {name}", queue.counts.dead);
        findings.push(Finding::warning("queues", found).mend("`honeydue errors ls` shows why"));
    }
    findings
}

async fn workers(queue: &Queue) -> Result<Finding, Trouble> {
    let workers = redis(queue.workers()).await?;
    if workers.is_empty() {
        return Ok(
            Finding::critical("workers", "none was seen in the last five minutes")
                .mend("start honeydue-worker; nothing is done until then"),
        );
    }
    Ok(Finding::ok(
        "workers",
        format!("{} were seen", workers.len()),
    ))
}

/// A queue that holds jobs of a kind that no program of this version knows.
async fn unknown(queue: &Queue) -> Result<Finding, Trouble> {
    let known = kinds::catalog().queues();
    let held = redis(queue.queues_in_use()).await?;
    let unknown: Vec<_> = held
        .iter()
        .filter(|name| !known.contains(name.as_str()))
        .collect();
    if unknown.is_empty() {
        return Ok(Finding::ok("unknown queues", "there are none"));
    }
    Ok(
        Finding::warning("unknown queues", format!("nobody works at {unknown:?}")).mend(
            "they are of another version; deploy it once more, so that it does what waits there",
        ),
    )
}

async fn partitions(queue: &Queue) -> Result<Finding, Trouble> {
    for name in kinds::catalog().queues() {
        let (ours, held) = (
            queue.partitions_of(name),
            redis(queue.partitions_held(name)).await?,
        );
        if let Some(held) = held.filter(|held| *held != ours) {
            let found = format!("{name} has {held} in Redis, and {ours} in this program");
            return Ok(Finding::critical("partitions", found)
                .mend("run the version that wrote them until the queue is empty"));
        }
    }
    Ok(Finding::ok("partitions", "as in this program"))
}

#[cfg(test)]
mod tests {
    use platform::inspect::Counts;

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_queue_whose_first_in_line_waits_for_long_is_found() {
        let waits = |oldest_s| {
            let counts = Counts {
                queue: "mail".to_owned(),
                ready: 1,
                ..Counts::default()
            };
            of_one(&QueueView {
                counts,
                oldest_s: Some(oldest_s),
                paused: None,
            })
        };
        assert_eq!(waits(300), []);
        let [finding] = &waits(301)[..] else {
            panic!("one thing is wrong with it");
        };
        assert_eq!(finding.level, Level::Critical);
        assert_eq!(finding.found, "the first in line of mail waits for 301 s");
    }
}
