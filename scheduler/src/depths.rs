//! How each queue stands, as gauges. Every replica looks for itself, so that a graph goes on whoever leads;
//! a sum over replicas would count each job as often as there are replicas.

use std::time::Duration;

use jiff::Timestamp;
use metrics::{describe_gauge, gauge};
use platform::{Queue, inspect::Counts};

use crate::rounds::{Left, Round};

/// As often as Prometheus asks by default, or a little oftener.
pub(crate) const EVERY: Duration = Duration::from_secs(15);

const READABLE: &str = "honeydue_queues_readable";
const JOBS: &str = "honeydue_queue_jobs";
const OLDEST: &str = "honeydue_queue_oldest_seconds";
const PAUSED: &str = "honeydue_queue_paused";

pub(crate) struct Depths {
    queue: Queue,
    queues: Vec<&'static str>,
}

impl Depths {
    pub(crate) fn new(queue: Queue, queues: Vec<&'static str>) -> Self {
        describe_gauge!(READABLE, "1 while this replica can look at the queues.");
        describe_gauge!(
            JOBS,
            "Jobs of a queue by state; the same from each replica."
        );
        describe_gauge!(OLDEST, "How long the first in line has waited; 0 if none.");
        describe_gauge!(PAUSED, "1 while nothing is claimed from a queue.");
        Self { queue, queues }
    }

    async fn look(&self) -> anyhow::Result<()> {
        let now = self.queue.now().await?;
        for name in self.queues.iter().copied() {
            let counts = self.queue.counts(name).await?;
            let paused = self.queue.paused(name).await?.is_some();
            show(name, &counts, now);
            gauge!(PAUSED, "queue" => name).set(f64::from(u8::from(paused)));
        }
        Ok(())
    }

    /// What nobody could look at is not what it was.
    fn forget(&self) {
        for name in self.queues.iter().copied() {
            for (state, _) in states(&Counts::default()) {
                gauge!(JOBS, "queue" => name, "state" => state).set(f64::NAN);
            }
            gauge!(OLDEST, "queue" => name).set(f64::NAN);
            gauge!(PAUSED, "queue" => name).set(f64::NAN);
        }
    }
}

impl Round for Depths {
    const NAME: &'static str = "depths";

    async fn round(&mut self) -> anyhow::Result<Left> {
        let looked = self.look().await;
        gauge!(READABLE).set(f64::from(u8::from(looked.is_ok())));
        if looked.is_err() {
            self.forget();
        }
        looked.map(|()| Left::Nothing)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, a queue far from 2^53 jobs"
)]
fn show(queue: &'static str, counts: &Counts, now: Timestamp) {
    for (state, jobs) in states(counts) {
        gauge!(JOBS, "queue" => queue, "state" => state).set(jobs as f64);
    }
    let waited = counts.oldest.map(|oldest| now.duration_since(oldest));
    let waited = waited.map_or(0.0, |waited| waited.as_secs_f64().max(0.0));
    gauge!(OLDEST, "queue" => queue).set(waited);
}

/// Not those that are done: how many are kept is a setting.
fn states(counts: &Counts) -> [(&'static str, u64); 4] {
    [
        ("ready", counts.ready),
        ("running", counts.running),
        ("later", counts.due),
        ("dead", counts.dead),
    ]
}
