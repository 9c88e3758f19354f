//! The layer around each job: runs it no longer than its lease is believed, and ends only when it is
//! settled.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use anyhow::anyhow;
use apalis_core::{error::BoxDynError, task::Task};
use futures_util::future::BoxFuture;
use tokio::select;
use tower::{Layer, Service};
use tracing::warn;

use super::{Shared, settler::Settled};
use crate::{
    Claimed, Failure, Outcome,
    settle::{Settlement, hand_back, settlement, used_up},
    watch::End,
};

/// How an attempt ended, as the dispatcher says it.
///
/// apalis knows only errors; what we have to say is richer, so a job that failed is still an `Ok` to
/// apalis, and an `Err` is a panic that was caught.
#[derive(Debug)]
pub struct Ended(pub Outcome);

#[derive(Clone)]
pub struct AckLayer(pub(super) Arc<Shared>);

impl<S> Layer<S> for AckLayer {
    type Service = Ack<S>;

    fn layer(&self, inner: S) -> Ack<S> {
        Ack {
            inner,
            shared: self.0.clone(),
        }
    }
}

pub struct Ack<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S> Service<Task<Claimed>> for Ack<S>
where
    S: Service<Task<Claimed>, Response = Ended>,
    S::Error: Into<BoxDynError>,
    S::Future: Send + 'static,
{
    type Response = ();
    type Error = BoxDynError;
    type Future = BoxFuture<'static, Result<(), BoxDynError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxDynError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, task: Task<Claimed>) -> Self::Future {
        let (shared, job) = (self.shared.clone(), task.args.clone());
        if job.exhausted() {
            return Box::pin(async move {
                shared.end(&job, Some(used_up(&job))).await;
                Ok(())
            });
        }
        let running = self.inner.call(task);
        Box::pin(async move {
            let running = async { running.await.map_err(Into::into) };
            shared.traced(&job, running).await;
            Ok(())
        })
    }
}

impl Shared {
    /// One attempt from its claim to its settlement.
    async fn traced(
        &self,
        job: &Claimed,
        running: impl Future<Output = Result<Ended, BoxDynError>>,
    ) {
        let span = job.span(self.name);
        let attempt = async { self.end(job, self.attend(job, running).await).await };
        let outcome = span.run(attempt).await;
        span.note("honeydue.outcome", outcome);
        if ["retry", "dead", "lost", "unknown"].contains(&outcome) {
            span.fail(outcome);
        }
    }

    /// Runs a job until it ends, its lease is lost (`None`: nothing of ours to settle), or the drain
    /// runs out of patience. Dropping `running` frees its slot.
    async fn attend(
        &self,
        job: &Claimed,
        running: impl Future<Output = Result<Ended, BoxDynError>>,
    ) -> Option<Settlement> {
        select! {
            biased;
            end = job.watch.ended() => match end {
                End::Lost => None,
                End::HandBack => Some(hand_back(job)),
                End::Cancelled => Some(Settlement::Cancelled {
                    attempt: job.entry().attempt,
                    reason: job.watch.reason(),
                }),
            },
            ended = running => Some(settlement_of(job, ended)),
        }
    }

    /// The word for how it ended.
    async fn end(&self, job: &Claimed, settlement: Option<Settlement>) -> &'static str {
        self.slots.free();
        let outcome = if let Some(settlement) = settlement {
            let outcome = settlement.outcome();
            report(self.name, job, &settlement);
            match self.settle(job, settlement).await {
                Settled::Yes => outcome,
                Settled::Unknown => "unknown",
                Settled::Lost => "lost",
            }
        } else {
            self.held.remove(&job.member);
            "lost"
        };
        self.outcomes.count(outcome);
        (self.observer)(job.id(), outcome);
        outcome
    }
}

fn settlement_of(job: &Claimed, ended: Result<Ended, BoxDynError>) -> Settlement {
    match ended {
        Ok(Ended(Ok(()))) => Settlement::Done,
        Ok(Ended(Err(failure))) => settlement(job, failure, "failed"),
        Err(panic) => settlement(job, Failure::Retry(anyhow!("{panic}")), "panic"),
    }
}

/// The one place where a failure is logged.
fn report(queue: &str, job: &Claimed, settlement: &Settlement) {
    if let Settlement::PutBack {
        error: Some(error), ..
    }
    | Settlement::Bury { error, .. } = settlement
    {
        let (id, attempt) = (job.id(), job.entry().attempt);
        warn!(queue, job = %id, attempt, outcome = settlement.outcome(), code = error.code, error = error.text, "a job did not work out");
    }
}
