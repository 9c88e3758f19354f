//! Turns the agenda into deliveries: who is due for what by this tick's instant.
//!
//! A page is one transaction, so a sweep that dies leaves whole pages behind and the next one goes on
//! where it ended: what a person is next due for is its cursor. The ledger's unique occasion makes going
//! over a person twice harmless.

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use platform::{Call, Failure, Job, NewJob, Outcome, QueueError, Run, SWEEP};
use serde::{Deserialize, Serialize};
use store::{AgendaRow, DeliveryId, NewDelivery, Tx, UserId};

use crate::{Context, Topic, hours::Hours, notices, notify};

/// People in one transaction.
const PAGE: i64 = 500;
/// In one run, which must end well before its job's limit.
const PAGES: usize = 200;
/// While more than this wait to be sent soon, the sweep steps aside: so neither Redis nor the senders'
/// backlog grows with the number of people.
const DEEP: u64 = 20_000;
/// How soon. What was put off until a morning is no backlog.
const SOON: Duration = Duration::from_mins(30);
/// A sweep that still has to step aside then leaves the rest to the next minute's, which takes all that is
/// left. Else each minute of a provider's bad hours would leave one that waits.
const PATIENCE: Duration = Duration::from_mins(2);

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
    pub(crate) fn at(at: Timestamp) -> Result<NewJob, QueueError> {
        NewJob::of(&Self { at })
    }

    async fn page(
        &self,
        ctx: &Context,
        now: Timestamp,
    ) -> anyhow::Result<(usize, Vec<DeliveryId>)> {
        let kinds: Vec<_> = by_themselves().map(|topic| topic.kind).collect();
        let mut tx = ctx.store.begin().await?;
        let due = tx.due_agenda(&kinds, self.at, PAGE).await?;
        let wanted: Vec<_> = due
            .iter()
            .filter_map(|row| delivery(ctx, row, now))
            .collect();
        let considered = tx.consider(&wanted).await?;
        advance(&mut tx, &due, self.at).await?;
        tx.commit().await?;
        Ok((due.len(), considered))
    }

    /// As far as it gets in one run.
    async fn go(&self, ctx: &Context, now: impl Fn() -> Timestamp) -> Outcome {
        for _ in 0..PAGES {
            if is_deep(ctx, now()).await? {
                return self.step_aside(now());
            }
            let (seen, considered) = self.page(ctx, now()).await?;
            notify::enqueue(&ctx.store, &ctx.queue, &considered).await?;
            if seen < usize::try_from(PAGE)? {
                return Ok(());
            }
        }
        later(Duration::ZERO, "many are due")
    }

    fn step_aside(&self, now: Timestamp) -> Outcome {
        let patience = self.at.saturating_add(PATIENCE).unwrap_or(self.at);
        if now > patience {
            return Ok(());
        }
        later(Duration::from_secs(1), "many wait to be sent")
    }
}

impl Run<Context> for Sweep {
    async fn run(self, ctx: &Context, call: &Call) -> Outcome {
        self.go(ctx, || call.now()).await
    }
}

fn later(wait: Duration, why: &str) -> Outcome {
    Err(Failure::Later(wait, why.to_owned()))
}

/// The kinds that come to everybody at an hour of their own.
fn by_themselves() -> impl Iterator<Item = &'static Topic> {
    notices().iter().filter(|topic| topic.hours.is_some())
}

async fn is_deep(ctx: &Context, now: Timestamp) -> Result<bool, QueueError> {
    let soon = now.saturating_add(SOON).unwrap_or(now);
    let queues: BTreeSet<_> = by_themselves().map(|topic| topic.queue).collect();
    for queue in queues {
        if ctx.queue.depth_until(queue, soon).await? > DEEP {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a person is due for. The occasion is of their own calendar, so that one date brings one message
/// whatever becomes of zone and hour.
fn delivery(ctx: &Context, row: &AgendaRow, now: Timestamp) -> Option<NewDelivery> {
    let topic = by_themselves().find(|topic| topic.kind == row.kind)?;
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

async fn advance(tx: &mut Tx, due: &[AgendaRow], at: Timestamp) -> anyhow::Result<()> {
    let moved: Vec<_> = due.iter().filter_map(|row| moved(row, at)).collect();
    tx.advance_agenda(&moved).await?;
    Ok(())
}

fn moved(row: &AgendaRow, at: Timestamp) -> Option<(UserId, String, Timestamp, Timestamp)> {
    let hours = Hours::of(&row.kind)?;
    let zone = row.timezone.as_deref();
    let next = hours.after(row.user_id, zone, row.hour, row.next_at, at);
    Some((row.user_id, row.kind.clone(), row.next_at, next))
}
