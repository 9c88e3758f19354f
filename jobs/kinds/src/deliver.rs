//! The one way by which anything reaches a person: it alone holds the ports, so no kind of message
//! can get past the ledger.
//!
//! A delivery enters `sending` as late as the protocol allows, by a compare-and-set with a token of
//! this attempt. Whoever dies after that leaves `sending` behind; found old enough, it is `unknown`,
//! and sent once more at most. What the person allows is read where relevance is: right before speaking.

mod attempt;
pub(crate) mod gate;
mod push;
#[cfg(test)]
mod tests;

use std::time::Duration;

use anyhow::anyhow;
use jiff::Timestamp;
use platform::{Call, Failure, Outcome};
use store::{Channel, Delivery, DeliveryId, DeliveryState, User};

use self::{attempt::Attempt, gate::Stop};
use crate::{Context, Notice, Reason, Say, mail::Rendered, ports::Email};

/// Where a delivery stands for this attempt.
enum Standing {
    /// Nothing more will happen to it.
    Decided,
    /// Ours to speak, if the ledger agrees at the last moment.
    Open,
    Later(Duration, Reason),
    TooLate,
}

/// Brings one delivery to its end, or as far as it gets.
pub(crate) async fn deliver<N: Notice>(ctx: &Context, call: &Call, id: DeliveryId) -> Outcome {
    deliver_at::<N>(ctx, call.now(), id).await
}

async fn deliver_at<N: Notice>(ctx: &Context, now: Timestamp, id: DeliveryId) -> Outcome {
    // A row that is gone was purged with its person.
    let Some(row) = ctx.store.delivery(id).await? else {
        return Ok(());
    };
    match standing::<N>(ctx, &row, now).await? {
        Standing::Decided => Ok(()),
        Standing::Later(wait, why) => Err(later(wait, why)),
        Standing::TooLate => too_late(ctx, id).await,
        Standing::Open => speak::<N>(ctx, &row, now).await,
    }
}

async fn standing<N: Notice>(
    ctx: &Context,
    row: &Delivery,
    now: Timestamp,
) -> Result<Standing, Failure> {
    let state = match row.state {
        DeliveryState::Sending if abandoned(ctx, row).await? => DeliveryState::Unknown,
        state => state,
    };
    Ok(match state {
        DeliveryState::Sent | DeliveryState::Bounced | DeliveryState::Skipped => Standing::Decided,
        // With a copy left, an operator may have called it off.
        DeliveryState::Unknown if row.decided_at.is_some() || row.copies >= N::COPIES => {
            Standing::Decided
        }
        DeliveryState::Sending => Standing::Later(until_abandoned(ctx, row, now), Reason::Sending),
        _ if now > row.not_after => Standing::TooLate,
        _ => match row.not_before {
            Some(from) if from > now => Standing::Later(between(now, from), Reason::NotBefore),
            _ => Standing::Open,
        },
    })
}

/// Found in `sending` for longer than a send may take and a lease may last, it has lost its sender.
async fn abandoned(ctx: &Context, row: &Delivery) -> Result<bool, Failure> {
    Ok(ctx
        .store
        .sending_to_unknown(row.id, ctx.pace.sending_grace())
        .await?)
}

fn until_abandoned(ctx: &Context, row: &Delivery, now: Timestamp) -> Duration {
    let since = row.sending_at.unwrap_or(now);
    ctx.pace
        .sending_grace()
        .saturating_sub(between(since, now))
        .max(ctx.pace.sending_grace() / 20)
}

fn between(from: Timestamp, until: Timestamp) -> Duration {
    until.duration_since(from).try_into().unwrap_or_default()
}

async fn speak<N: Notice>(ctx: &Context, row: &Delivery, now: Timestamp) -> Outcome {
    let gate = ctx.store.gate(row.user_id, N::NAME, row.channel).await?;
    let (Some(user), Some(gate)) = (ctx.store.user(row.user_id).await?, gate) else {
        return skip(ctx, row.id, Reason::PersonGone).await;
    };
    match gate::stops::<N>(&gate, &user, now) {
        Some(Stop::ForGood(reason)) => return skip(ctx, row.id, reason).await,
        Some(Stop::Until(end)) => return gate::defer(ctx, row, end, now).await,
        None => {}
    }
    let said = N::say(ctx, row, &user, now).await?;
    if let Say::Nothing(reason) = said {
        return skip(ctx, row.id, reason).await;
    }
    if !gate::within_cap::<N>(ctx, row, &gate, &user, now).await? {
        return skip(ctx, row.id, Reason::DailyCap).await;
    }
    send::<N>(ctx, row, user, said, now).await
}

async fn send<N: Notice>(
    ctx: &Context,
    row: &Delivery,
    user: User,
    said: Say,
    now: Timestamp,
) -> Outcome {
    match (said, row.channel) {
        (Say::Message(message), Channel::Mail) => {
            gate::within_send_limit::<N>(ctx, row).await?;
            let email = email(ctx, row, user, message, now);
            Attempt::new(ctx, row, N::COPIES).mail(&email).await
        }
        (Say::Alert(words), Channel::Apns | Channel::Fcm) => {
            push::push(ctx, row, words, N::COPIES, now).await
        }
        (_, channel) => Err(Failure::Fatal(anyhow!(
            "{} has nothing to say by {channel}",
            N::NAME
        ))),
    }
}

fn email(ctx: &Context, row: &Delivery, user: User, message: Rendered, at: Timestamp) -> Email {
    Email {
        to: user.email,
        to_name: user.name,
        subject: message.subject,
        text: message.text,
        html: message.html,
        unsubscribe: message.unsubscribe,
        message_id: message_id(ctx, row.id),
        at,
    }
}

/// Nothing but a function of the delivery, so that a second copy is recognised as one.
fn message_id(ctx: &Context, id: DeliveryId) -> String {
    format!("{id}@{}", ctx.mail_domain)
}

/// Only what was never sent can be skipped; what is `unknown` stays so.
async fn skip(ctx: &Context, id: DeliveryId, reason: Reason) -> Outcome {
    ctx.store.skip(id, reason.code()).await?;
    Ok(())
}

async fn too_late(ctx: &Context, id: DeliveryId) -> Outcome {
    ctx.store.too_late(id).await?;
    Ok(())
}

fn later(wait: Duration, reason: Reason) -> Failure {
    Failure::Later(wait, reason.to_string())
}
