//! Enqueueing the bench's jobs, one way or the other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kinds::Probe;
use platform::{NewJob, Queue, QueueError};
use tokio::{sync::Semaphore, task::JoinSet, time::Instant};

use super::{Bench, How};

/// Jobs in a call of the bulk kind.
const BULK: u64 = 10_000;

pub(super) fn job(sleep_ms: u64) -> Result<NewJob, QueueError> {
    NewJob::of(&Probe {
        sleep_ms,
        ..Probe::default()
    })
}

/// Enqueues all jobs, and says how long it took.
pub(super) async fn all(bench: &Bench, queue: &Queue) -> anyhow::Result<Duration> {
    let job = job(bench.sleep_ms)?;
    queue.ping().await?;
    let begun = Instant::now();
    match bench.enqueue {
        How::One => one_by_one(bench.jobs, &job, queue).await?,
        How::Concurrent => at_a_time(bench.jobs, bench.in_flight, &job, queue).await?,
        How::Bulk => in_bulk(bench.jobs, &job, queue).await?,
    }
    Ok(begun.elapsed())
}

async fn one_by_one(jobs: u64, job: &NewJob, queue: &Queue) -> Result<(), QueueError> {
    for _ in 0..jobs {
        queue.enqueue(job.clone()).await?;
    }
    Ok(())
}

/// As many callers, each with one call at a time.
async fn at_a_time(jobs: u64, callers: u64, job: &NewJob, queue: &Queue) -> anyhow::Result<()> {
    let left = Arc::new(AtomicU64::new(jobs));
    let mut all = JoinSet::new();
    for _ in 0..callers {
        let (left, job, queue) = (left.clone(), job.clone(), queue.clone());
        all.spawn(async move {
            let one_less = |left: u64| left.checked_sub(1);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
                .is_ok()
            {
                queue.enqueue(job.clone()).await?;
            }
            Ok::<_, QueueError>(())
        });
    }
    while let Some(caller) = all.join_next().await {
        caller??;
    }
    Ok(())
}

pub(super) async fn in_bulk(jobs: u64, job: &NewJob, queue: &Queue) -> Result<(), QueueError> {
    let calls = (0..jobs.div_ceil(BULK)).map(|call| {
        let many = BULK.min(jobs - call * BULK);
        let jobs = (0..many).map(|_| job.clone()).collect();
        async move { queue.enqueue_many(jobs).await.map(drop) }
    });
    stream::iter(calls).map(Ok).try_for_each(|call| call).await
}

/// How long the same sleeps take with nothing around them.
pub(super) async fn bare_sleeps(bench: &Bench) -> Duration {
    let slots =
        usize::try_from(bench.workers * bench.concurrency).unwrap_or(Semaphore::MAX_PERMITS);
    let (slots, nap) = (
        Arc::new(Semaphore::new(slots)),
        Duration::from_millis(bench.sleep_ms),
    );
    let begun = Instant::now();
    let mut naps = JoinSet::new();
    for _ in 0..bench.jobs {
        let Ok(slot) = slots.clone().acquire_owned().await else {
            break;
        };
        naps.spawn(async move {
            tokio::time::sleep(nap).await;
            drop(slot);
        });
    }
    naps.join_all().await;
    begun.elapsed()
}
