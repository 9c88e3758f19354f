//! The scripts with nothing around them, which a benchmark compares all the rest with.

use std::time::Duration;

use crate::{
    Claimed, NewJob, Queue, QueueError, Receipt,
    claim::Claims,
    entry::Fences,
    lane::Lane,
    queue::enqueue::{Named, named},
    scripts::Call,
    settle::{Settlement, ToSettle},
};

const LEASE: Duration = Duration::from_secs(15);

/// The first partition of a queue.
pub struct Bare {
    queue: Queue,
    lane: Lane,
    fences: Fences,
}

/// A call that was made ready before.
pub struct Prepared {
    call: Call,
    jobs: Vec<Named>,
}

impl Bare {
    pub fn new(queue: Queue, name: &'static str) -> Self {
        Self {
            lane: queue.lane(name, 0),
            queue,
            fences: Fences::new(),
        }
    }

    pub fn prepare(&self, jobs: Vec<NewJob>) -> Result<Prepared, QueueError> {
        let jobs = jobs.into_iter().map(named).collect::<Result<Vec<_>, _>>()?;
        let call = self.queue.call(&jobs.iter().collect::<Vec<_>>());
        Ok(Prepared { call, jobs })
    }

    pub async fn enqueue(&self, prepared: &Prepared) -> Result<Vec<Receipt>, QueueError> {
        let jobs: Vec<_> = prepared.jobs.iter().collect();
        self.queue.answer(&jobs, &prepared.call).await
    }

    pub async fn claim(&self, many: usize) -> Result<Vec<Claimed>, QueueError> {
        let fence = self.fences.next();
        let claim = self.queue.claim(&self.lane, many, LEASE, fence);
        let Claims { jobs, .. } = claim.await?;
        Ok(jobs)
    }

    pub async fn finish(&self, jobs: &[Claimed]) -> Result<Vec<bool>, QueueError> {
        let done = |job| ToSettle::of(job, Settlement::Done);
        let batch: Vec<_> = jobs.iter().map(done).collect();
        self.queue.settle(&self.lane, &batch).await
    }
}
