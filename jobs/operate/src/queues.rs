//! Queues: what waits where, since when, and why.

mod threshold;

use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use platform::{
    Pause, Policy, Queue,
    inspect::{Counts, Day, Look, Place},
};
use serde::Serialize;

pub use self::threshold::Threshold;
use crate::{Filter, Trouble, redis};

#[derive(Debug, Clone, Serialize)]
pub struct QueueView {
    #[serde(flatten)]
    pub counts: Counts,
    /// How long the first in line has waited, in seconds.
    pub oldest_s: Option<i64>,
    pub paused: Option<Pause>,
}

/// One queue, laid open.
#[derive(Debug, Clone, Serialize)]
pub struct QueueDetail {
    #[serde(flatten)]
    pub view: QueueView,
    pub kinds: Vec<&'static str>,
    pub partitions: u16,
    pub max_running: Option<u32>,
    /// In words, such as `500 in 1h`.
    pub rate: Option<String>,
    pub next_due: Option<Timestamp>,
    pub today: Option<Day>,
}

/// All queues, also those that nobody ever used.
pub async fn list(queue: &Queue) -> Result<Vec<QueueView>, Trouble> {
    let now = redis(queue.now()).await?;
    let names = kinds::catalog().queues().into_iter();
    try_join_all(names.map(|name| view(queue, name, now))).await
}

async fn view(queue: &Queue, name: &str, now: Timestamp) -> Result<QueueView, Trouble> {
    let (counts, paused) = tokio::try_join!(redis(queue.counts(name)), redis(queue.paused(name)))?;
    let age = |at| now.duration_since(at).as_secs().max(0);
    Ok(QueueView {
        oldest_s: counts.oldest.map(age),
        counts,
        paused,
    })
}

pub async fn show(queue: &Queue, name: &str) -> Result<QueueDetail, Trouble> {
    let name = known(name)?;
    let now = redis(queue.now()).await?;
    let (view, next_due, history) = tokio::try_join!(
        view(queue, name, now),
        next_due(queue, name),
        redis(queue.history(name, 1))
    )?;
    let Policy {
        partitions,
        max_running,
        rate,
        ..
    } = queue.policy(name);
    let kinds = kinds::catalog().kinds().filter(|kind| kind.queue == name);
    Ok(QueueDetail {
        view,
        kinds: kinds.map(|kind| kind.name).collect(),
        partitions,
        max_running,
        rate: rate.map(|rate| format!("{} in {:#}", rate.count, signed(rate.per))),
        next_due,
        today: history.first().copied(),
    })
}

async fn next_due(queue: &Queue, name: &str) -> Result<Option<Timestamp>, Trouble> {
    let look = Look {
        place: Place::Due,
        many: 1,
        newest_first: false,
        from: None,
        before: None,
    };
    let mut first = None;
    for partition in 0..queue.partitions_of(name) {
        let page = redis(queue.page(name, partition, &look, None)).await?;
        let at = page.jobs.first().and_then(|(job, _)| job.at);
        first = first.into_iter().chain(at).min();
    }
    Ok(first)
}

/// The name as the catalog has it.
pub fn known(name: &str) -> Result<&'static str, Trouble> {
    let filter = Filter {
        queues: vec![name.to_owned()],
        ..Filter::default()
    };
    let found = filter.queues()?.into_iter().next();
    found.ok_or_else(|| Trouble::NotFound(format!("there is no queue {name:?}")))
}

/// Until when, by whom and why.
pub fn paused(pause: &Pause) -> String {
    let until = pause.until;
    let until = until.map_or("until resumed".to_owned(), |at| format!("until {at:.0}"));
    let or = |text: &str, none: &str| {
        if text.is_empty() {
            none.to_owned()
        } else {
            text.to_owned()
        }
    };
    let (by, why) = (
        or(&pause.by, "somebody"),
        or(&pause.reason, "no reason given"),
    );
    format!("{until}, by {by}: {why}")
}

/// How many of a queue run at this moment.
pub async fn running(queue: &Queue, name: &str) -> Result<u64, Trouble> {
    Ok(redis(queue.counts(name)).await?.running)
}

pub async fn history(queue: &Queue, name: &str, days: u16) -> Result<Vec<Day>, Trouble> {
    redis(queue.history(known(name)?, days)).await
}

fn signed(long: Duration) -> SignedDuration {
    SignedDuration::try_from(long).unwrap_or(SignedDuration::MAX)
}
