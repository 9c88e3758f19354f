//! What a job is: data that can be written down now, a name, and a policy.

use std::{collections::BTreeMap, future::Future, time::Duration};

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::Instant;

use crate::{JobId, Outcome, Retry, Scope};

/// Work that can be written down as JSON now and done later.
///
/// The constants are the whole policy: read them and you know how the job behaves.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind's name on the wire. Never rename it, never reuse it.
    const NAME: &'static str;

    /// The queue it waits in. What must not wait behind others gets a queue of its own.
    const QUEUE: &'static str = "default";

    /// How often, and how patiently, to try again.
    const RETRY: Retry = Retry::DEFAULT;

    /// How long one attempt may take; then it counts as failed.
    const TIMEOUT: Duration = Duration::from_secs(30);

    /// How long the job's [`key`](Self::key) is held.
    const UNIQUE: Scope = Scope::UntilDone;

    /// While a job with this key stands, another is not accepted. `None`: each one counts.
    fn key(&self) -> Option<String> {
        None
    }
}

/// How a job is done, given everything that it may touch.
///
/// Delivery is at least once, so doing it twice must be harmless.
pub trait Run<Ctx>: Job {
    fn run(self, ctx: &Ctx, call: &Call) -> impl Future<Output = Outcome> + Send;
}

/// One attempt at one job, as the job sees it.
#[derive(Debug, Clone)]
pub struct Call {
    pub id: JobId,
    pub attempt: u8,
    pub max_attempts: u8,
    /// The row in Postgres that wanted this job, in its owner's words; may be empty.
    pub origin: String,
    /// What its enqueuer sent along.
    pub metadata: BTreeMap<String, String>,
    pub(crate) claimed: ClaimedAt,
}

impl Call {
    /// The time by Redis's clock: its time at the claim plus what has passed here since. A worker
    /// whose own clock is wrong by an hour decides the same.
    pub fn now(&self) -> Timestamp {
        self.claimed.now()
    }
}

/// An instant that two clocks agree on: Redis's, and this process's monotonic one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClaimedAt {
    pub(crate) redis: Timestamp,
    pub(crate) here: Instant,
}

impl ClaimedAt {
    pub(crate) fn now(&self) -> Timestamp {
        let elapsed = jiff::SignedDuration::try_from(self.here.elapsed()).unwrap_or_default();
        self.redis.saturating_add(elapsed).unwrap_or(self.redis)
    }
}
