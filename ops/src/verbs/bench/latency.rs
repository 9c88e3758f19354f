//! How soon jobs begin: under a steady load, and when many are due at one instant.

use std::time::Duration;

use platform::{JobId, Queue};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};

use super::{Bench, enqueue, worker::Workers};

/// Before the load begins to count: connections are made, scripts are known.
const WARM_UP: u64 = 20;
/// Time to settle what was enqueued last.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// From enqueue to start, in ms, of `rate` jobs a second.
pub(super) async fn steady(
    rate: u64,
    long: Duration,
    queue: &Queue,
    workers: &Workers,
) -> anyhow::Result<Vec<f64>> {
    for _ in 0..WARM_UP {
        queue.enqueue(enqueue::job(0)?).await?;
    }
    let every = Duration::from_secs(1).div_f64(u32::try_from(rate)?.into());
    let many = (long.as_secs_f64() / every.as_secs_f64()).round();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut calls = JoinSet::new();
    let mut sent = 0.0;
    while sent < many {
        ticks.tick().await;
        sent += 1.0;
        let (id, queue) = (JobId::fresh(None), queue.clone());
        let job = enqueue::job(0)?.id(id);
        workers.starts().asked(id);
        calls.spawn(async move { queue.enqueue(job).await.map(drop) });
    }
    for call in calls.join_all().await {
        call?;
    }
    Ok(collected(workers, many).await)
}

/// After the instant for which all of them were scheduled, in ms by Redis's clock.
pub(super) async fn due_at_once(
    bench: &Bench,
    queue: &Queue,
    workers: &Workers,
    due_in: Duration,
) -> anyhow::Result<Vec<f64>> {
    let at = queue.now().await? + due_in;
    workers.watch_lateness(at);
    enqueue::in_bulk(bench.jobs, &enqueue::job(0)?.at(at), queue).await?;
    tokio::time::timeout(due_in + LONGEST_WAIT, workers.done(bench.jobs)).await?;
    Ok(workers.starts().take())
}

async fn collected(workers: &Workers, many: f64) -> Vec<f64> {
    let mut all = Vec::new();
    let all_begun = async {
        while f64::from(u32::try_from(all.len()).unwrap_or(u32::MAX)) < many {
            tokio::time::sleep(Duration::from_millis(5)).await;
            all.extend(workers.starts().take());
        }
    };
    let _ = tokio::time::timeout(LONGEST_WAIT, all_begun).await;
    all
}
