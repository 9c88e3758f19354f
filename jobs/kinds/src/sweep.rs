//! Turns the agenda into deliveries: who is due for what by this tick's instant.
//!
//! A page is one transaction, so a sweep that dies leaves whole pages behind and the next one goes on
//! where it ended; the ledger's unique occasion makes going over a person twice harmless.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Call, Failure, Job, NewJob, Outcome, QueueError, Run, SWEEP};
use serde::{Deserialize, Serialize};
use store::{AgendaRow, DeliveryId, NewDelivery, Tx};

use crate::{
    Context,
    hours::{HOURS, Hours},
    notify,
};

/// People in one transaction.
const PAGE: i64 = 500;
/// While more than this wait in the mail queue, the sweep steps aside.
const DEEP: u64 = 20_000;

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
        let kinds = HOURS.map(|hours| hours.kind);
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
}

impl Run<Context> for Sweep {
    async fn run(self, ctx: &Context, call: &Call) -> Outcome {
        loop {
            let (seen, considered) = self.page(ctx, call.now()).await?;
            notify::enqueue(&ctx.store, &ctx.queue, &considered).await?;
            if seen < usize::try_from(PAGE)? {
                return Ok(());
            }
            if ctx.queue.depth("mail").await? > DEEP {
                return Err(Failure::Later(
                    Duration::from_secs(1),
                    "the mail queue is deep".to_owned(),
                ));
            }
        }
    }
}

/// What a person is due for. The occasion is of their own calendar, so that one date brings one message
/// whatever becomes of zone and hour.
fn delivery(ctx: &Context, row: &AgendaRow, now: Timestamp) -> Option<NewDelivery> {
    let window = window(&row.kind)?;
    let hours = Hours::of(&row.kind)?;
    let occasion = hours.occasion(row.timezone.as_deref(), row.next_at);
    Some(NewDelivery {
        user_id: row.user_id,
        kind: row.kind.clone(),
        occasion,
        not_before: None,
        not_after: row.next_at.saturating_add(window).ok()?,
        check_at: now.saturating_add(ctx.pace.check_first).ok()?,
    })
}

fn window(kind: &str) -> Option<Duration> {
    use crate::{DailyDigest, Notice, OverdueReminder, TaskReminder, WeeklySummary};
    [
        (TaskReminder::NAME, TaskReminder::WINDOW),
        (OverdueReminder::NAME, OverdueReminder::WINDOW),
        (DailyDigest::NAME, DailyDigest::WINDOW),
        (WeeklySummary::NAME, WeeklySummary::WINDOW),
    ]
    .into_iter()
    .find_map(|(name, window)| (name == kind).then_some(window))
}

async fn advance(tx: &mut Tx, due: &[AgendaRow], at: Timestamp) -> anyhow::Result<()> {
    let moved: Vec<_> = due.iter().filter_map(|row| moved(row, at)).collect();
    tx.advance_agenda(&moved).await?;
    Ok(())
}

/// To the next such hour after both this one and the sweep's instant: days missed by a long outage
/// are not made up one by one.
fn moved(row: &AgendaRow, at: Timestamp) -> Option<(store::UserId, String, Timestamp, Timestamp)> {
    let hours = Hours::of(&row.kind)?;
    let next = hours.next(row.timezone.as_deref(), row.hour, row.next_at.max(at));
    Some((row.user_id, row.kind.clone(), row.next_at, next))
}
