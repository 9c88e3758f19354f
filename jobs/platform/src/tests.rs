//! The queue against a real Redis: what each script does, and what it refuses when it comes too late.

mod allowance;
mod backend;
mod bin;
mod cluster;
mod control;
mod failover;
mod firing;
mod full;
mod garbage;
mod hands;
mod invariant;
mod late;
mod life;
mod limits;
mod links;
mod mending;
mod model;
mod pages;
mod sentinel;
mod unique;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    Claimed, JobId, Mended, NewJob, Queue, Under,
    claim::Claims,
    entry::Fences,
    lane::Lane,
    now::Now,
    settle::{Settlement, ToSettle, settlement},
};

const QUEUE: &str = "default";
const LEASE: Duration = Duration::from_secs(15);

/// A queue of one's own: a fresh prefix on the shared Redis.
async fn queue() -> Queue {
    Queue::connect(&standins::redis().await.url(), &standins::prefix()).unwrap()
}

fn lane(queue: &Queue) -> Lane {
    queue.lane(QUEUE, 0)
}

fn job() -> NewJob {
    NewJob::raw("probe", QUEUE, b"{}".to_vec()).backoff(Duration::from_millis(1))
}

async fn claim_for(queue: &Queue, many: usize, lease: Duration) -> Vec<Claimed> {
    let Claims { jobs, .. } = queue
        .claim(&lane(queue), many, lease, Fences::new().next())
        .await
        .unwrap();
    jobs
}

async fn claim(queue: &Queue, many: usize) -> Vec<Claimed> {
    claim_for(queue, many, LEASE).await
}

async fn claim_one(queue: &Queue) -> Claimed {
    let mut jobs = claim(queue, 1).await;
    assert_eq!(jobs.len(), 1, "one job is ready");
    jobs.remove(0)
}

/// Claims until something is there: after a back-off, or once a lease has expired.
async fn claim_when_there(queue: &Queue) -> Claimed {
    loop {
        let Claims { mut jobs, next } = queue
            .claim(&lane(queue), 1, LEASE, Fences::new().next())
            .await
            .unwrap();
        if let Some(job) = jobs.pop() {
            return job;
        }
        tokio::time::sleep(next.expect("something waits for its time")).await;
    }
}

async fn settle(queue: &Queue, job: &Claimed, settlement: Settlement) -> bool {
    queue
        .settle(&lane(queue), &[ToSettle::of(job, settlement)])
        .await
        .unwrap()[0]
}

async fn fail(queue: &Queue, job: &Claimed) -> bool {
    let failure = crate::Failure::Retry(anyhow::anyhow!("451 try again"));
    settle(queue, job, settlement(job, failure, "failed")).await
}

async fn retry(queue: &Queue, id: JobId) -> Mended {
    let mended = queue.retry_slice(QUEUE, &[id], Under::default()).await;
    mended.unwrap().remove(0)
}

async fn state(queue: &Queue, id: JobId) -> Option<crate::State> {
    queue.show(QUEUE, id).await.unwrap().map(|job| job.state)
}

/// A clock for a queue's scripts that stands still until it is put on.
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn of(queue: &mut Queue) -> Self {
        let clock = Arc::new(AtomicI64::new(1_700_000_000_000));
        queue.now = Now::told(clock.clone());
        Self(clock)
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
    }

    fn put_on(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    fn put_back(&self, by: Duration) {
        let ms = i64::try_from(by.as_millis()).unwrap();
        self.0.fetch_sub(ms, Ordering::Relaxed);
    }
}

async fn soon(queue: &Queue) -> Timestamp {
    queue.now().await.unwrap() + Duration::from_millis(30)
}
