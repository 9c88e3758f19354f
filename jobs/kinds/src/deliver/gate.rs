//! What a message has to pass on its way to a person, as it stands at this moment.
//!
//! What is required passes preferences, quiet hours and caps, for the person waits for it or has to know. An
//! address that does not exist gets nothing at all: who goes on writing there is soon not read anywhere.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Failure, Outcome};
use store::{Delivery, Gate, User};

use super::{between, later, skip};
use crate::{Context, Notice, Reason, hours, preferences, quiet::Quiet};

/// Put off to the end of quiet hours, it is worth sending for so much longer. Who is woken by it then would
/// rather have had it at its hour.
const AFTER_QUIET: Duration = Duration::from_hours(1);

pub(crate) enum Stop {
    ForGood(Reason),
    /// Until their quiet hours end.
    Until(Timestamp),
}

pub(crate) fn stops<N: Notice>(gate: &Gate, user: &User, now: Timestamp) -> Option<Stop> {
    if gate.suppressed {
        return Some(Stop::ForGood(Reason::Suppressed));
    }
    if N::REQUIRED {
        return None;
    }
    if gate.wanted == Some(false) {
        return Some(Stop::ForGood(Reason::SwitchedOff));
    }
    let zone = user.timezone.as_deref();
    let quiet = Quiet::of(gate.quiet, zone)?;
    quiet.end(zone, now).map(Stop::Until)
}

/// Once: who is put off a second time changed their hours meanwhile, or we were away for a day. The check
/// moves along, or reconciling would ask for the job all night.
pub(super) async fn defer(
    ctx: &Context,
    row: &Delivery,
    end: Timestamp,
    now: Timestamp,
) -> Outcome {
    let after = |wait| end.saturating_add(wait).unwrap_or(end);
    let (not_after, check_at) = (after(AFTER_QUIET), after(ctx.pace.check_first));
    if ctx.store.defer(row.id, end, not_after, check_at).await? {
        return Err(later(between(now, end), Reason::QuietHours));
    }
    skip(ctx, row.id, Reason::QuietAgain).await
}

/// Whether it is still within what they get in a day. One occasion counts once, whatever becomes of it.
pub(super) async fn within_cap<N: Notice>(
    ctx: &Context,
    row: &Delivery,
    gate: &Gate,
    user: &User,
    now: Timestamp,
) -> Result<bool, Failure> {
    if N::REQUIRED {
        return Ok(true);
    }
    let usual = preferences::most_a_day(row.channel);
    let most = gate.most.unwrap_or(usual).min(usual);
    let day = hours::local_date(user.timezone.as_deref(), now);
    let message = format!("{}/{}", row.kind, row.occasion);
    let counted = ctx
        .store
        .count_in(row.user_id, row.channel, day, &message, most);
    Ok(counted.await?)
}

/// What is required does not wait behind what is not: it is little, and a provider that has had enough
/// makes it wait itself.
pub(super) async fn within_send_limit<N: Notice>(ctx: &Context, row: &Delivery) -> Outcome {
    let Some(limit) = ctx.mail_limit.filter(|_| !N::REQUIRED) else {
        return Ok(());
    };
    let Some(wait) = ctx.queue.take(&limit).await? else {
        return Ok(());
    };
    let reason = Reason::SendLimit;
    ctx.store.note(row.id, reason.code(), "").await?;
    Err(later(wait, reason))
}
