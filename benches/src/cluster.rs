//! One queue in several partitions, on the masters of a Redis Cluster: what each of them spends on it.
//!
//! All of it runs on one machine, so the time that the masters spend is shown, and no race.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use apalis::prelude::{BoxDynError, WorkerBuilder, WorkerBuilderExt as _};
use platform::{Backend, Claimed, Drain, Ended, NewJob, Policies, Policy, Queue};
use standins::{Cluster, out::aside};
use tokio::task::JoinSet;

use crate::{JOBS, PAYLOAD};

const QUEUE: &str = "default";

pub(crate) async fn measure() -> anyhow::Result<()> {
    let cluster = Cluster::start(3, 0).await?;
    for partitions in [1, 4] {
        let policy = Policy {
            partitions,
            ..Policy::DEFAULT
        };
        let queue = Queue::connect(&cluster.url(), &format!("p{partitions}:"))?;
        let queue = queue.governed_by(Policies::default().with(QUEUE, policy)?);
        let before = spent(&cluster.url()).await?;
        let job = NewJob::raw("probe", QUEUE, PAYLOAD.to_vec());
        queue.enqueue_many(vec![job; JOBS]).await?;
        drain(&queue, partitions).await;
        let after = spent(&cluster.url()).await?;
        let each = after.iter().zip(&before).map(|(after, before)| {
            let us = (after - before) / f64::from(u32::try_from(JOBS).unwrap_or(u32::MAX));
            format!("{us:.1}")
        });
        let each: Vec<_> = each.collect();
        aside(&format!(
            "a queue in {partitions} partition(s) on 3 masters: µs of each master a job: {}",
            each.join(" + ")
        ));
    }
    Ok(())
}

/// One worker a partition, until all is done.
async fn drain(queue: &Queue, partitions: u16) {
    let (done, drain) = (Arc::new(AtomicUsize::new(0)), Drain::default());
    let mut workers = JoinSet::new();
    for partition in 0..partitions {
        let count = done.clone();
        let backend = Backend::new(queue.clone(), QUEUE, 100)
            .partition(partition)
            .drain(drain.clone())
            .observer(move |_, _| {
                count.fetch_add(1, Ordering::Relaxed);
            });
        let worker = WorkerBuilder::new(format!("partition-{partition}"))
            .backend(backend)
            .concurrency(100)
            .build(nothing);
        let soft = drain.soft.clone();
        workers.spawn(worker.run_until(async move {
            soft.cancelled().await;
            Ok::<_, std::io::Error>(())
        }));
    }
    while done.load(Ordering::Relaxed) < JOBS {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drain.soft.cancel();
    workers.join_all().await;
}

async fn nothing(_: Claimed) -> Result<Ended, BoxDynError> {
    Ok(Ended(Ok(())))
}

/// The µs that each master has spent in scripts so far.
async fn spent(urls: &str) -> anyhow::Result<Vec<f64>> {
    let mut all = Vec::new();
    for url in urls.split(',') {
        let client = redis::Client::open(url)?;
        let mut master = client.get_multiplexed_async_connection().await?;
        let info: String = redis::cmd("INFO")
            .arg("commandstats")
            .query_async(&mut master)
            .await?;
        let line = info
            .lines()
            .find_map(|line| line.strip_prefix("cmdstat_evalsha:"));
        let usec = line.and_then(|line| line.split("usec=").nth(1)?.split(',').next());
        all.push(usec.and_then(|usec| usec.parse().ok()).unwrap_or_default());
    }
    Ok(all)
}
