//! How a tick's job goes through everybody who is due: page by page, and no faster than they can be sent to.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use platform::{Failure, Outcome, QueueError, trace::Span};
use store::DeliveryId;

use crate::{Context, notify};

/// People in one transaction.
pub(crate) const PAGE: u16 = 500;
/// In one run, which must end well before its job's limit.
const PAGES: usize = 200;
/// While more than this wait to be sent soon, a fan-out steps aside: so neither Redis nor the senders'
/// backlog grows with the number of people.
const DEEP: u64 = 20_000;
/// How soon. What was put off until a morning is no backlog.
const SOON: Duration = Duration::from_mins(30);
/// One that still has to step aside then leaves the rest to the next minute's, which takes all that is left.
/// Else each minute of a provider's bad hours would leave one that waits.
const PATIENCE: Duration = Duration::from_mins(2);

pub(crate) trait FanOut {
    /// The tick's instant.
    fn at(&self) -> Timestamp;

    /// Where its deliveries wait to be sent.
    fn queues(&self) -> BTreeSet<&'static str>;

    /// One transaction.
    fn page(
        &self,
        ctx: &Context,
        now: Timestamp,
    ) -> impl Future<Output = anyhow::Result<Page>> + Send;
}

/// What a transaction came to.
pub(crate) struct Page {
    pub(crate) considered: Vec<DeliveryId>,
    /// Nobody is left who is due by the tick's instant.
    pub(crate) is_last: bool,
}

/// As far as it gets in one run.
pub(crate) async fn go(one: &impl FanOut, ctx: &Context, now: impl Fn() -> Timestamp) -> Outcome {
    for _ in 0..PAGES {
        if is_deep(ctx, &one.queues(), now()).await? {
            return step_aside(one.at(), now());
        }
        let page = one.page(ctx, now()).await?;
        carry(ctx, &page.considered).await?;
        if page.is_last {
            return Ok(());
        }
    }
    later(Duration::ZERO, "many are due")
}

async fn carry(ctx: &Context, considered: &[DeliveryId]) -> anyhow::Result<()> {
    if considered.is_empty() {
        return Ok(());
    }
    let enqueue = notify::enqueue(&ctx.store, &ctx.queue, considered);
    Span::apart("page").try_run(enqueue).await
}

fn step_aside(at: Timestamp, now: Timestamp) -> Outcome {
    let patience = at.saturating_add(PATIENCE).unwrap_or(at);
    if now > patience {
        return Ok(());
    }
    later(Duration::from_secs(1), "many wait to be sent")
}

fn later(wait: Duration, why: &str) -> Outcome {
    Err(Failure::Later(wait, why.to_owned()))
}

async fn is_deep(
    ctx: &Context,
    queues: &BTreeSet<&'static str>,
    now: Timestamp,
) -> Result<bool, QueueError> {
    let soon = now.saturating_add(SOON).unwrap_or(now);
    for queue in queues {
        if ctx.queue.depth_until(queue, soon).await? > DEEP {
            return Ok(true);
        }
    }
    Ok(false)
}
