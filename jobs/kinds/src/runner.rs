//! Runs one claimed job, and closes the row that wanted it.
//!
//! The row is closed after the job ran and before it is settled: dying between the two runs the job
//! again, which is harmless, and never leaves a row open that nobody will do.

use std::{sync::Arc, time::Duration};

use anyhow::anyhow;
use metrics::histogram;
use platform::{Claimed, Ended, Failure, Outcome};
use store::TickState;
use tokio::time::Instant;

use crate::{Context, Origin};

#[derive(Clone)]
pub struct Runner {
    ctx: Arc<Context>,
}

impl Runner {
    pub fn new(ctx: Context) -> Self {
        Self { ctx: Arc::new(ctx) }
    }

    pub async fn run(&self, job: &Claimed) -> Ended {
        let begun = Instant::now();
        let (kind, outcome) = match job.read() {
            Ok((kind, call, payload)) => {
                let catalog = crate::catalog();
                let outcome = if self.is_decided(&call.origin).await {
                    Ok(())
                } else {
                    catalog.run(kind, &self.ctx, &call, payload).await
                };
                let known = catalog.kind(kind).map_or("unknown", |kind| kind.name);
                (known, self.close(outcome, &call.origin).await)
            }
            Err(corrupt) => ("unknown", Err(Failure::Fatal(anyhow!(corrupt)))),
        };
        observe(kind, &outcome, begun.elapsed());
        Ended(outcome)
    }

    /// Whether its tick was decided before: then a Redis that came back with what it had earlier, or
    /// that forgot a job that ran, has brought the job here a second time. If Postgres does not say, the
    /// job runs; it will hardly get far without.
    async fn is_decided(&self, origin: &str) -> bool {
        let Ok(Origin::Tick(id)) = origin.parse() else {
            return false;
        };
        let row = self.ctx.store.tick(&id).await.ok().flatten();
        row.is_some_and(|row| matches!(row.state, TickState::Finished | TickState::Skipped))
    }

    async fn close(&self, outcome: Outcome, origin: &str) -> Outcome {
        outcome?;
        match origin.parse::<Origin>() {
            Ok(Origin::Tick(id)) => {
                self.ctx.store.finished(&id).await?;
            }
            Ok(Origin::Outbox(id)) => {
                self.ctx.store.delete_outbox(id).await?;
            }
            // `deliver` has decided the row; and what is no origin of ours closes nothing.
            Ok(Origin::None | Origin::Delivery(_)) | Err(_) => {}
        }
        Ok(())
    }
}

fn observe(kind: &'static str, outcome: &Outcome, took: Duration) {
    let outcome = match outcome {
        Ok(()) => "ok",
        Err(Failure::Retry(_)) => "retry",
        Err(Failure::Fatal(_)) => "fatal",
        Err(Failure::Later(..)) => "later",
    };
    histogram!("honeydue_job_seconds", "kind" => kind, "outcome" => outcome)
        .record(took.as_secs_f64());
}
