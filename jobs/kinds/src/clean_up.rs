//! Forgets what nobody will ask for any more, once a day, and makes the ledger's weeks ahead.
//!
//! What is open is never forgotten, however old. Everything goes in slices, so that no statement takes
//! long; what is left after a run is the next one's, a moment later.

#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{Timestamp, ToSpan as _, civil::Date};
use platform::{Call, Failure, Job, NewJob, Outcome, QueueError, Run, SWEEP};
use serde::{Deserialize, Serialize};
use store::{NewDelivery, Store, StoreError, TOKEN_LIFE};
use tracing::info;

use crate::Context;

/// A quarter of a year: as far back as people ask why they got something, or did not. Nothing that is
/// sent goes by older rows: an occasion is decided within days, and a change of hours looks back forty.
const LEDGER_WEEKS: i64 = 13;
/// The ledger's weeks ahead: clean-up may fail for so long before deliveries go astray.
const WEEKS_AHEAD: i64 = 8;
/// As long as the ledger, for both are read together: a delivery began with a tick or an event.
const DECIDED: Duration = Duration::from_hours(13 * 7 * 24);
/// Providers give tokens up after about as long. An app that is opened again brings its own.
const UNSEEN: Duration = Duration::from_hours(270 * 24);
/// For so long an operator can undo what they cancelled or deleted.
const WITHDRAWN: Duration = Duration::from_hours(8 * 24);
/// Its mail says that the link is no longer good, and `honeydue explain` why; and who comes with a code or a
/// login that has expired is told so.
const EXPIRED: Duration = Duration::from_hours(8 * 24);
/// What operators did is asked for by the year.
const AUDIT: Duration = Duration::from_hours(400 * 24);

const SLICE: i64 = 2_000;
/// In one run, of each.
const SLICES: usize = 100;

#[derive(Debug, Serialize, Deserialize)]
pub struct CleanUp {}

impl Job for CleanUp {
    const NAME: &'static str = "clean-up";
    const QUEUE: &'static str = SWEEP;
    const TIMEOUT: Duration = Duration::from_mins(10);
}

#[derive(Debug, Clone, Copy)]
enum What {
    Strays,
    Devices,
    Ticks,
    TaskEvents,
    Withdrawn,
    Operations,
    Requests,
    Invitations,
    Tokens,
    Feedback,
}

const ALL: [What; 10] = [
    What::Strays,
    What::Devices,
    What::Ticks,
    What::TaskEvents,
    What::Withdrawn,
    What::Operations,
    What::Requests,
    What::Invitations,
    What::Tokens,
    What::Feedback,
];

impl CleanUp {
    /// The job of a tick. It goes by the time when it runs and not by its tick's: no instant that somebody
    /// made up is worth a ledger.
    pub(crate) fn at(_: Timestamp) -> Result<NewJob, QueueError> {
        NewJob::of(&Self {})
    }
}

impl Run<Context> for CleanUp {
    async fn run(self, ctx: &Context, _: &Call) -> Outcome {
        clean_up(&ctx.store).await
    }
}

async fn clean_up(store: &Store) -> Outcome {
    let today = NewDelivery::day_of(store.now().await?);
    turn_weeks(store, today).await?;
    let mut all = true;
    for what in ALL {
        all &= forget(store, what).await?;
    }
    if all {
        return Ok(());
    }
    let wait = Duration::from_secs(1);
    Err(Failure::Later(wait, "more is to be forgotten".to_owned()))
}

/// Those ahead first: a ledger that keeps too much is better than one that has no place for tomorrow.
async fn turn_weeks(store: &Store, today: Date) -> Result<(), StoreError> {
    for week in 0..=WEEKS_AHEAD {
        store.make_week(today.saturating_add(week.weeks())).await?;
    }
    let kept = today.saturating_sub(LEDGER_WEEKS.weeks());
    while let Some(monday) = store.drop_week(kept).await? {
        info!(%monday, "A week of the ledger is past its retention");
    }
    Ok(())
}

/// Whether that was all.
async fn forget(store: &Store, what: What) -> Result<bool, StoreError> {
    for _ in 0..SLICES {
        let forgotten = slice(store, what).await?;
        if forgotten < SLICE.unsigned_abs() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn slice(store: &Store, what: What) -> Result<u64, StoreError> {
    match what {
        What::Strays => store.forget_strays(DECIDED, SLICE).await,
        What::Devices => store.forget_stale_devices(UNSEEN, SLICE).await,
        What::Ticks => store.forget_ticks(DECIDED, SLICE).await,
        What::TaskEvents => store.forget_task_events(DECIDED, SLICE).await,
        What::Withdrawn => store.forget_withdrawn(WITHDRAWN, SLICE).await,
        What::Operations => store.forget_operations(AUDIT, SLICE).await,
        What::Requests => store.forget_requests(EXPIRED, SLICE).await,
        What::Invitations => store.forget_invitations(EXPIRED, SLICE).await,
        What::Tokens => store.forget_tokens(TOKEN_LIFE + EXPIRED, SLICE).await,
        What::Feedback => store.forget_feedback(DECIDED, SLICE).await,
    }
}
