//! Firing: what makes a tick take effect once, whoever leads.

use std::time::Duration;

use super::Candidate;
use crate::{
    JobId, NewJob, Queue, QueueError, SWEEP,
    queue::ms,
    record,
    scripts::{self, Call},
};

/// Of the jobs that one would come behind, more than this are not asked about.
const MOST_BEHIND: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fired {
    /// Its job was queued by this call.
    Queued,
    /// It was fired before.
    Remembered,
    /// Only asked about, and never fired.
    Unknown,
    /// A job that it would come behind has not finished: nothing was done.
    Unfinished,
    /// The lease is not of this owner and term: nothing was done.
    NotLeader,
}

impl Queue {
    /// Queues the job of a tick once ever, if the lease is ours: fence, dedupe and enqueue are one
    /// atomic step. The job gets the id [`JobId::derived_from`] the tick's, and goes to [`SWEEP`].
    ///
    /// While one of the jobs it would come `behind` has not finished, nothing is done.
    pub async fn fire(
        &self,
        who: &Candidate,
        tick_id: &str,
        job: &NewJob,
        remember: Duration,
        behind: &[JobId],
    ) -> Result<Fired, QueueError> {
        job.check()?;
        if job.queue != SWEEP {
            return Err(QueueError::invalid(format!(
                "a tick fires jobs of queue {SWEEP} only, not of {}",
                job.queue
            )));
        }
        let id = JobId::derived_from(tick_id);
        let mut call = self.fire_call(who, tick_id, remember);
        call.arg(id.as_bytes()).arg(record::encode(job));
        for earlier in behind.iter().take(MOST_BEHIND) {
            call.arg(earlier.as_bytes());
        }
        self.fired(&call).await
    }

    /// Whether a tick was fired, asked under the same fence.
    pub async fn ask_fired(&self, who: &Candidate, tick_id: &str) -> Result<Fired, QueueError> {
        let mut call = self.fire_call(who, tick_id, Duration::ZERO);
        call.arg("").arg("");
        self.fired(&call).await
    }

    fn fire_call(&self, who: &Candidate, tick_id: &str, remember: Duration) -> Call {
        let (leader, sweep) = (self.leader_keys(), self.keys(SWEEP));
        let mut keys = sweep.all().to_vec();
        keys.extend([&leader.lease, &leader.fired]);
        let mut call = scripts::FIRE.on(&keys);
        call.arg(self.now.arg()).arg(&who.owner).arg(who.term);
        call.arg(tick_id).arg(ms(remember));
        call
    }

    async fn fired(&self, call: &Call) -> Result<Fired, QueueError> {
        let answer: String = self.link.run(call).await?;
        match answer.as_str() {
            "queued" => Ok(Fired::Queued),
            "remembered" => Ok(Fired::Remembered),
            "unknown" => Ok(Fired::Unknown),
            "unfinished" => Ok(Fired::Unfinished),
            "not leader" => Ok(Fired::NotLeader),
            other => Err(QueueError::Corrupt(format!(
                "the fire script answered {other:?}"
            ))),
        }
    }
}
