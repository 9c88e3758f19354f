//! How an overview looks.

use operate::{Flow, Overview, queues};

use crate::{
    out::{span, table, time},
    verbs::{errors, job},
};

/// With how fast it goes, where there is an earlier look to compare with.
pub(super) fn of(now: &Overview, before: Option<&Overview>) -> String {
    let mut parts = vec![head(now), flows(now, before)];
    if !now.running.is_empty() {
        parts.push(table(&job::HEADS, &now.running, job::cells));
    }
    let groups = &now.errors.groups;
    if !groups.is_empty() {
        parts.push(table(&errors::HEADS, groups, errors::cells));
    }
    let bounds = errors::bounds(&now.errors, "`honeydue errors ls` looks at more.");
    if !bounds.is_empty() {
        parts.push(bounds.join("\n"));
    }
    parts.join("\n\n")
}

fn head(now: &Overview) -> String {
    const MEGABYTE: u64 = 1024 * 1024;
    let used = now.redis.used_memory / MEGABYTE;
    let memory = match now.redis.maxmemory / MEGABYTE {
        0 => format!("{used} MB"),
        most => format!("{used} of {most} MB"),
    };
    let leader = now.leader.as_ref().map_or_else(
        || "nobody leads".to_owned(),
        |leader| format!("{} leads in term {}", leader.owner, leader.term),
    );
    format!(
        "{}   Redis {}, {memory}   workers: {}   {leader}",
        time(Some(now.at)),
        now.redis.version,
        now.workers
    )
}

fn flows(now: &Overview, before: Option<&Overview>) -> String {
    let heads = [
        "QUEUE", "READY", "RUNNING", "LATER", "DEAD", "OLDEST", "DONE/S", "FAILED/S", "PAUSED",
    ];
    let rows: Vec<(usize, &Flow)> = now.queues.iter().enumerate().collect();
    table(&heads, &rows, |(place, flow)| {
        let counts = &flow.view.counts;
        let rate = before.and_then(|before| now.rate(*place, before));
        let told = |rate: Option<f64>| rate.map_or("–".to_owned(), |rate| format!("{rate:.1}"));
        let paused = flow.view.paused.as_ref().map(queues::paused);
        let mut cells = vec![counts.queue.clone()];
        let numbers = [counts.ready, counts.running, counts.due, counts.dead];
        cells.extend(numbers.map(|number| number.to_string()));
        cells.extend([
            flow.view.oldest_s.map_or("–".to_owned(), span),
            told(rate.map(|rate| rate.done)),
            told(rate.map(|rate| rate.failed)),
            paused.unwrap_or_else(|| "–".to_owned()),
        ]);
        cells
    })
}
