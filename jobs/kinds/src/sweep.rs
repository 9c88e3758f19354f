//! Turns the agenda into deliveries: who is due for what by this tick's instant.
//!
//! A page is one transaction, so a sweep that dies leaves whole pages behind and the next one goes on
//! where it ended: what a person is next due for is its cursor. The ledger's unique occasion makes going
//! over a person twice harmless.

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use platform::{Call, Job, NewJob, Outcome, QueueError, Run, SWEEP};
use serde::{Deserialize, Serialize};
use store::{AgendaRow, NewDelivery, UserId};

use crate::{
    Context, Topic,
    fan_out::{self, FanOut, PAGE, Page},
    notices,
};

#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep {
    /// Everybody whose hour has come by this instant.
    pub at: Timestamp,
}

impl Job for Sweep {
    const NAME: &'static str = "sweep";
    const QUEUE: &'static str = SWEEP;
    const TIMEOUT: Duration = Duration::from_mins(5);
}

impl Sweep {
    /// The job of the tick at `at`.
    pub(crate) fn job(at: Timestamp) -> Result<NewJob, QueueError> {
        NewJob::of(&Self { at })
    }
}

impl FanOut for Sweep {
    fn at(&self) -> Timestamp {
        self.at
    }

    fn queues(&self) -> BTreeSet<&'static str> {
        by_themselves().map(|topic| topic.queue).collect()
    }

    async fn page(&self, ctx: &Context, now: Timestamp) -> anyhow::Result<Page> {
        let kinds: Vec<_> = by_themselves().map(|topic| topic.kind).collect();
        let mut tx = ctx.store.begin().await?;
        let due = tx.due_agenda(&kinds, self.at, PAGE.into()).await?;
        let wanted: Vec<_> = due
            .iter()
            .filter_map(|row| delivery(ctx, row, now))
            .collect();
        let considered = tx.consider(&wanted).await?;
        let moved: Vec<_> = due.iter().filter_map(|row| moved(row, self.at)).collect();
        tx.advance_agenda(&moved).await?;
        tx.commit().await?;
        let again = moved.iter().any(|(.., next)| *next <= self.at);
        Ok(Page {
            considered,
            is_last: due.len() < PAGE.into() && !again,
        })
    }
}

impl Run<Context> for Sweep {
    async fn run(self, ctx: &Context, call: &Call) -> Outcome {
        fan_out::go(&self, ctx, || call.now()).await
    }
}

/// The kinds that come to everybody at an hour of their own.
fn by_themselves() -> impl Iterator<Item = &'static Topic> {
    notices().iter().filter(|topic| topic.hours.is_some())
}

fn topic_of(row: &AgendaRow) -> Option<&'static Topic> {
    by_themselves().find(|topic| topic.kind == row.kind)
}

/// What a person is due for. The occasion is of their own calendar, so that one date brings one message
/// whatever becomes of zone and hour.
fn delivery(ctx: &Context, row: &AgendaRow, now: Timestamp) -> Option<NewDelivery> {
    let topic = topic_of(row)?;
    let (hours, zone) = (topic.hours?, row.timezone.as_deref());
    Some(NewDelivery {
        user_id: row.user_id,
        kind: row.kind.clone(),
        occasion: hours.occasion(zone, row.next_at),
        day: hours.day(zone, row.next_at),
        not_before: None,
        not_after: row.next_at.saturating_add(topic.window).ok()?,
        check_at: now.saturating_add(ctx.pace.check_first).ok()?,
    })
}

/// From where they were to what they are next due for. After an outage that can be due already.
fn moved(row: &AgendaRow, at: Timestamp) -> Option<(UserId, String, Timestamp, Timestamp)> {
    let topic = topic_of(row)?;
    let over = at.saturating_sub(topic.window).ok()?;
    let zone = row.timezone.as_deref();
    let next = topic
        .hours?
        .after(row.user_id, zone, row.hour, row.next_at, over);
    Some((row.user_id, row.kind.clone(), row.next_at, next))
}
