//! The Monitor: one apalis worker a queue, until told to stop.
//!
//! At the first signal nothing new is claimed, what was claimed and not begun is handed back, and what
//! runs may finish. After the drain's time, or at a second signal, what still runs is dropped and
//! handed back too.

use apalis::prelude::{BoxDynError, Data, Monitor, WorkerBuilder, WorkerBuilderExt};
use kinds::Runner;
use platform::{Backend, Claimed, Drain, Ended, Queue};
use process::{Health, Process};
use store::Store;
use tracing::info;

use crate::Config;

/// What `/readyz` asks for.
pub fn ready_when_connected(health: &Health, queue: &Queue, store: &Store) {
    let (redis, postgres) = (queue.clone(), store.clone());
    health.ready_when("redis", move || {
        let redis = redis.clone();
        async move { redis.ping().await.map_err(|_| "unreachable") }
    });
    health.ready_when("postgres", move || {
        let postgres = postgres.clone();
        async move {
            match postgres.schema_current().await {
                Ok(true) => Ok(()),
                Ok(false) => Err("its schema is older than this program; run `honeydue migrate`"),
                Err(_) => Err("unreachable"),
            }
        }
    });
}

/// Works until the process is told to stop and has drained.
pub async fn until_told_to_stop(
    config: &Config,
    queue: &Queue,
    runner: Runner,
    process: &Process,
) -> anyhow::Result<()> {
    let agreeing = kinds::agree_on_partitions(queue);
    if let Some(agreed) = process.stop.soft().run_until_cancelled(agreeing).await {
        agreed?;
    }
    let drain = Drain {
        soft: process.stop.soft().clone(),
        hard: process.stop.hard().child_token(),
    };
    let mut monitor = Monitor::new();
    for name in kinds::catalog().queues() {
        for partition in 0..queue.policy(name).partitions {
            let lane = (name, partition);
            monitor = register(monitor, lane, config, queue, &runner, process, &drain);
        }
    }
    info!("Working");
    let soft = drain.soft.clone();
    let told = async move {
        soft.cancelled().await;
        Ok(())
    };
    let patience = config.pace.drain;
    let hard = drain.hard.clone();
    tokio::spawn(async move {
        drain.soft.cancelled().await;
        info!(seconds = patience.as_secs(), "Draining");
        tokio::time::sleep(patience).await;
        hard.cancel();
    });
    Ok(monitor.run_with_signal(told).await?)
}

fn register(
    monitor: Monitor,
    (name, partition): (&'static str, u16),
    config: &Config,
    queue: &Queue,
    runner: &Runner,
    process: &Process,
    drain: &Drain,
) -> Monitor {
    let (queue, runner, process, drain) = (
        queue.clone(),
        runner.clone(),
        process.clone(),
        drain.clone(),
    );
    let (share, pace) = (config.queues.of(name), config.pace);
    monitor.register(move |restart| {
        // A claim may wait for Redis for 5 s, and an idle fetcher goes round every half lease.
        let silence = pace.job_lease / 2 + std::time::Duration::from_secs(15);
        let beat = process
            .health
            .beat(format!("fetcher of {name}.{partition}"), silence);
        let backend = Backend::new(queue.clone(), name, share)
            .partition(partition)
            .pace(pace)
            .drain(drain.clone())
            .beat(move || beat.tick());
        WorkerBuilder::new(format!(
            "{name}.{partition}-{}-{restart}",
            std::process::id()
        ))
        .backend(backend)
        .concurrency(share)
        .data(runner.clone())
        .catch_panic()
        .build(dispatch)
    })
}

async fn dispatch(job: Claimed, runner: Data<Runner>) -> Result<Ended, BoxDynError> {
    Ok(runner.run(&job).await)
}
