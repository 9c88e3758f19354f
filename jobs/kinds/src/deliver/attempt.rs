//! One attempt at sending one delivery, between the adapter and the ledger.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::anyhow;
use async_trait::async_trait;
use metrics::counter;
use platform::{Failure, Outcome};
use store::{DeliveryId, StoreError};
use tokio::time::sleep;
use tracing::warn;
use uuid::Uuid;

use crate::{
    Context,
    ports::{Commit, Email, Sent},
};

/// What the provider answered must get into the ledger; a Postgres that blinks is asked again.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Attempt<'a> {
    ctx: &'a Context,
    delivery: DeliveryId,
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
    pub(super) fn new(ctx: &'a Context, delivery: DeliveryId, copies: i16) -> Self {
        Self {
            ctx,
            delivery,
            copies,
            token: Uuid::new_v4(),
            committed: AtomicBool::new(false),
        }
    }

    pub(super) async fn send(&self, email: &Email) -> Outcome {
        let sent = self.ctx.mailer.send(email, self).await;
        counter!("honeydue_deliveries_total", "channel" => "mail", "outcome" => word(&sent))
            .increment(1);
        self.settle(sent).await
    }

    async fn begin(&self) -> Result<bool, StoreError> {
        // Set before asking: if the answer is lost, the row may be in `sending` all the same.
        self.committed.store(true, Ordering::SeqCst);
        let ours = self
            .ctx
            .store
            .begin_sending(self.delivery, self.token, self.copies)
            .await?;
        self.committed.store(ours, Ordering::SeqCst);
        Ok(ours)
    }

    async fn settle(&self, sent: Sent) -> Outcome {
        match sent {
            Sent::Yes { answer } => self.write(Step::Sent(&answer)).await,
            Sent::Bounced { answer } => {
                // Refused before the ledger was asked: it enters `sending` only to leave it at once.
                if !self.committed.load(Ordering::SeqCst) && !self.begin().await? {
                    return Ok(());
                }
                self.write(Step::Bounced(&answer)).await
            }
            Sent::Unknown(why) => {
                self.write(Step::Unknown(&why)).await?;
                Err(anyhow!("it may or may not have gone: {why}").into())
            }
            Sent::NotMine => Err(Failure::Later(
                self.ctx.pace.sending_grace() / 20,
                "another is sending it".into(),
            )),
            Sent::Later(wait, why) => Err(Failure::Later(wait, why)),
            Sent::Failed(error) => {
                self.put_back("failed").await?;
                Err(Failure::Retry(error))
            }
            Sent::Refused { answer } => {
                self.put_back(&answer).await?;
                Err(Failure::Fatal(anyhow!("refused for good: {answer}")))
            }
        }
    }

    /// A definite no: it was not sent, so the copy does not count.
    async fn put_back(&self, why: &str) -> Outcome {
        if !self.committed.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.write(Step::PutBack(why)).await
    }

    async fn write(&self, step: Step<'_>) -> Outcome {
        for wait in (0..TRIES).map(|n| PAUSE * 2_u32.pow(n)) {
            match self.take(step).await {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    warn!(delivery = %self.delivery, "the ledger gave this delivery up as unknown before its answer came");
                    return Ok(());
                }
                Err(error) if error.is_unreachable() => sleep(wait).await,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(self.take(step).await.map(drop)?)
    }
}

/// A step out of `sending`, with what the provider said.
#[derive(Clone, Copy)]
enum Step<'a> {
    Sent(&'a str),
    Bounced(&'a str),
    Unknown(&'a str),
    PutBack(&'a str),
}

impl Attempt<'_> {
    async fn take(&self, step: Step<'_>) -> Result<bool, StoreError> {
        let (id, token, store) = (self.delivery, self.token, &self.ctx.store);
        match step {
            Step::Sent(answer) => store.sent(id, token, answer).await,
            Step::Bounced(answer) => store.bounced(id, token, answer).await,
            Step::Unknown(why) => store.unknown(id, token, why).await,
            Step::PutBack(why) => store.put_back(id, token, why).await,
        }
    }
}

fn word(sent: &Sent) -> &'static str {
    match sent {
        Sent::Yes { .. } => "sent",
        Sent::NotMine => "not_mine",
        Sent::Bounced { .. } => "bounced",
        Sent::Refused { .. } => "refused",
        Sent::Failed(_) => "failed",
        Sent::Later(..) => "later",
        Sent::Unknown(_) => "unknown",
    }
}
