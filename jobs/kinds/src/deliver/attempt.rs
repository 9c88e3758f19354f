//! One attempt at sending one delivery, between the adapter and the ledger.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::anyhow;
use async_trait::async_trait;
use jiff::Timestamp;
use metrics::counter;
use platform::{Failure, Outcome, trace::Span};
use store::{Delivery, Refused, StoreError};
use tokio::time::sleep;
use tracing::warn;
use uuid::Uuid;

use crate::{
    Context, Reason,
    ports::{Alert, Commit, Email, Push, Sent},
};

/// What the provider answered must get into the ledger; a Postgres that blinks is asked again.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Attempt<'a> {
    ctx: &'a Context,
    delivery: &'a Delivery,
    copies: i16,
    /// Ours alone: who finds another's token in the ledger has nothing to settle.
    token: Uuid,
    committed: AtomicBool,
}

#[async_trait]
impl Commit for Attempt<'_> {
    async fn commit(&self) -> Result<bool, anyhow::Error> {
        let ours = self.begin().await?;
        Ok(ours)
    }
}

impl<'a> Attempt<'a> {
    pub(super) fn new(ctx: &'a Context, delivery: &'a Delivery, copies: i16) -> Self {
        Self {
            ctx,
            delivery,
            copies,
            token: Uuid::new_v4(),
            committed: AtomicBool::new(false),
        }
    }

    pub(super) async fn mail(&self, email: &Email) -> Outcome {
        let sent = self.traced(self.ctx.mailer.send(email, self)).await;
        self.settle(sent, &email.to).await
    }

    pub(super) async fn push(&self, carrier: &dyn Push, alert: &Alert) -> Outcome {
        let sent = self.traced(carrier.send(alert, self)).await;
        self.settle(sent, "").await
    }

    async fn traced(&self, sending: impl Future<Output = Sent>) -> Sent {
        let span = Span::of_call(format!("send {}", self.delivery.channel.name()));
        span.note("honeydue.delivery", self.delivery.id.to_string());
        let sent = span.run(sending).await;
        span.note("honeydue.outcome", word(&sent));
        if matches!(
            sent,
            Sent::Refused { .. } | Sent::Failed(_) | Sent::Unknown(_)
        ) {
            span.fail(word(&sent));
        }
        sent
    }

    async fn begin(&self) -> Result<bool, StoreError> {
        // Set before asking: if the answer is lost, the row may be in `sending` all the same.
        self.committed.store(true, Ordering::SeqCst);
        let ours = self
            .ctx
            .store
            .begin_sending(self.delivery.id, self.token, self.copies)
            .await?;
        self.committed.store(ours, Ordering::SeqCst);
        Ok(ours)
    }

    async fn settle(&self, sent: Sent, address: &str) -> Outcome {
        let channel = self.delivery.channel.name();
        counter!("honeydue_deliveries_total", "channel" => channel, "outcome" => word(&sent))
            .increment(1);
        match sent {
            Sent::Yes { answer } => self.settled(Step::Sent(&answer)).await,
            Sent::Bounced { answer } => self.bounced(&answer, address).await,
            Sent::Gone { answer, since } => self.gone(&answer, since).await,
            Sent::Unknown(why) => {
                self.settled(Step::Unknown(&why)).await?;
                Err(anyhow!("it may or may not have gone: {why}").into())
            }
            Sent::NotMine => Err(Failure::Later(
                self.ctx.pace.sending_grace() / 20,
                Reason::Sending.to_string(),
            )),
            Sent::Later(wait, why) => self.later(wait, Reason::ProviderBusy, why).await,
            Sent::Unwelcome(wait, why) => self.later(wait, Reason::ProviderRefusesUs, why).await,
            Sent::Failed(error) => {
                self.put_back(Reason::Failed, &error.to_string()).await?;
                Err(Failure::Retry(error))
            }
            Sent::Refused { answer } => {
                self.put_back(Reason::Refused, &answer).await?;
                Err(Failure::Fatal(anyhow!("refused for good: {answer}")))
            }
        }
    }

    /// What is refused before the ledger was asked enters `sending` only to leave it at once.
    async fn is_ours(&self) -> Result<bool, StoreError> {
        Ok(self.committed.load(Ordering::SeqCst) || self.begin().await?)
    }

    async fn bounced(&self, answer: &str, address: &str) -> Outcome {
        if !self.is_ours().await? {
            return Ok(());
        }
        self.settled(Step::Bounced(answer, address)).await
    }

    /// A token that its app has shown since the refusal is not the one that was refused.
    async fn gone(&self, answer: &str, since: Option<Timestamp>) -> Outcome {
        if !self.is_ours().await? || self.write(Step::Gone(answer, since)).await? {
            return Ok(());
        }
        self.put_back(Reason::Failed, answer).await?;
        Err(anyhow!("refused as gone, but its app has shown this token since: {answer}").into())
    }

    async fn later(&self, wait: Duration, reason: Reason, why: String) -> Outcome {
        self.put_back(reason, &why).await?;
        Err(Failure::Later(spread(wait, self.token), why))
    }

    /// A definite no: it was not sent, so the copy does not count.
    async fn put_back(&self, reason: Reason, answer: &str) -> Outcome {
        if !self.committed.load(Ordering::SeqCst) {
            let (id, code) = (self.delivery.id, reason.code());
            self.ctx.store.note(id, code, answer).await?;
            return Ok(());
        }
        self.settled(Step::PutBack(reason, answer)).await
    }

    async fn settled(&self, step: Step<'_>) -> Outcome {
        if !self.write(step).await? {
            // Given up as unknown meanwhile, or never begun: its commit's answer was lost, or there was none.
            warn!(delivery = %self.delivery.id, "the ledger does not hold this delivery as ours, so its answer is left out");
        }
        Ok(())
    }

    /// Whether the step was still ours to take.
    async fn write(&self, step: Step<'_>) -> Result<bool, StoreError> {
        for wait in (0..TRIES).map(|n| PAUSE * 2_u32.pow(n)) {
            match self.take(step).await {
                Err(error) if error.is_unreachable() => sleep(wait).await,
                answer => return answer,
            }
        }
        self.take(step).await
    }
}

/// A step out of `sending`, with what the provider said.
#[derive(Clone, Copy)]
enum Step<'a> {
    Sent(&'a str),
    /// With the address that bounced.
    Bounced(&'a str, &'a str),
    Gone(&'a str, Option<Timestamp>),
    Unknown(&'a str),
    PutBack(Reason, &'a str),
}

impl Attempt<'_> {
    async fn take(&self, step: Step<'_>) -> Result<bool, StoreError> {
        let (id, token, store) = (self.delivery.id, self.token, &self.ctx.store);
        match step {
            Step::Sent(answer) => store.sent(id, token, answer).await,
            Step::Bounced(answer, address) => store.bounced(id, token, address, answer).await,
            Step::Gone(answer, since) => {
                let refused = store.refused_by_device(id, token, answer, since).await?;
                Ok(refused == Refused::Dropped)
            }
            Step::Unknown(why) => store.unknown(id, token, why).await,
            Step::PutBack(reason, answer) => store.put_back(id, token, reason.code(), answer).await,
        }
    }
}

/// Never earlier than told, and up to a tenth later, so that those who were put off together don't come
/// back together.
fn spread(wait: Duration, random: Uuid) -> Duration {
    wait + wait / 10 * u32::from(random.as_bytes()[0]) / 255
}

fn word(sent: &Sent) -> &'static str {
    match sent {
        Sent::Yes { .. } => "sent",
        Sent::NotMine => "not_mine",
        Sent::Bounced { .. } => "bounced",
        Sent::Gone { .. } => "gone",
        Sent::Refused { .. } => "refused",
        Sent::Failed(_) => "failed",
        Sent::Later(..) => "later",
        Sent::Unwelcome(..) => "unwelcome",
        Sent::Unknown(_) => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_put_off_comes_back_at_the_time_told_or_up_to_a_tenth_later() {
        let minute = Duration::from_mins(1);
        let spread = |byte| spread(minute, Uuid::from_bytes([byte; 16]));
        assert_eq!(spread(0), minute);
        assert_eq!(spread(255), minute + Duration::from_secs(6));
        assert!(spread(40) < spread(200));
    }
}
