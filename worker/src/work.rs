//! The Monitor: one apalis worker a queue, until told to stop.
//!
//! At the first signal nothing new is claimed, what was claimed and not begun is handed back, and what
//! runs may finish. After the drain's time, or at a second signal, what still runs is dropped and
//! handed back too.

use std::{sync::Arc, time::Duration};

use apalis::prelude::{BoxDynError, Data, Monitor, WorkerBuilder, WorkerBuilderExt};
use kinds::Runner;
use platform::{Backend, Claimed, Clock, Drain, Ended, Queue, WorkerSays, WorkerState};
use process::{Beat, Health, Process, Stop};
use store::Store;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{
    Config,
    roster::{Quiet, Roster},
};

/// Its leases are settled by then; who does not leave is forgotten by itself.
const LEAVE: Duration = Duration::from_secs(1);

const AGAIN: Duration = Duration::from_secs(1);

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

/// Waits for Redis; fails where it holds queues in other partitions than this program looks in.
pub async fn agree_on_partitions(queue: &Queue, stop: &Stop) -> anyhow::Result<()> {
    info!("Looking for Redis");
    let agreeing = kinds::agree_on_partitions(queue);
    if let Some(agreed) = stop.soft().run_until_cancelled(agreeing).await {
        agreed?;
    }
    Ok(())
}

/// Waits for what jobs need. A worker that can't reach Postgres, or is newer than its schema, would claim
/// jobs only to fail them, and a release that never gets ready would hold up those of the one that works.
pub async fn until_postgres_is_ready(store: &Store, stop: &Stop) {
    let mut told = false;
    while !stop.soft().is_cancelled() && !store.schema_current().await.is_ok_and(|current| current)
    {
        if !std::mem::replace(&mut told, true) {
            info!("Waiting for Postgres with a current schema");
        }
        stop.soft().run_until_cancelled(sleep(AGAIN)).await;
    }
}

/// Works until the process is told to stop and has drained.
pub async fn until_told_to_stop(
    config: &Config,
    queue: &Queue,
    runner: Runner,
    process: &Process,
) -> anyhow::Result<()> {
    let mut quiet = Quiet {
        wished: CancellationToken::new(),
        soft: process.stop.soft().child_token(),
        beats: Vec::new(),
    };
    let drain = Drain {
        soft: quiet.soft.clone(),
        hard: process.stop.hard().child_token(),
    };
    let mut monitor = Monitor::new();
    for name in kinds::catalog().queues() {
        for partition in 0..queue.policy(name).partitions {
            let lane = (name, partition);
            let beat = beat_of(lane, config, process);
            quiet.beats.push(beat.clone());
            monitor = register(monitor, lane, config, queue, &runner, beat, &drain);
        }
    }
    let wished = quiet.wished.clone();
    let roster = on_the_roster(config, queue, process, quiet);
    let (name, roster) = (roster.name.clone(), tokio::spawn(roster.keep()));
    info!("Working");
    let soft = process.stop.soft().clone();
    let told = {
        let soft = soft.clone();
        async move {
            soft.cancelled().await;
            Ok(())
        }
    };
    let patience = config.pace.drain;
    let hard = drain.hard.clone();
    tokio::spawn(async move {
        soft.cancelled().await;
        info!(seconds = patience.as_secs(), "Draining");
        sleep(patience).await;
        hard.cancel();
    });
    let ended = monitor.run_with_signal(told).await;
    if wished.is_cancelled() {
        // It has nothing left to run, and stays until it is told to stop.
        process.stop.soft().cancelled().await;
    }
    roster.abort();
    let _ = tokio::time::timeout(LEAVE, queue.leave(&name)).await;
    Ok(ended?)
}

fn on_the_roster(config: &Config, queue: &Queue, process: &Process, quiet: Quiet) -> Roster {
    let boot = uuid::Uuid::new_v4().simple().to_string();
    let queues = kinds::catalog().queues().into_iter();
    Roster {
        queue: queue.clone(),
        name: format!("{}-{}", config.worker_name, &boot[..6]),
        says: WorkerSays {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: Clock::system().now(),
            queues: queues
                .map(|name| (name.to_owned(), config.queues.of(name)))
                .collect(),
            state: WorkerState::Working,
        },
        stop: process.stop.clone(),
        quiet,
    }
}

fn beat_of((name, partition): (&str, u16), config: &Config, process: &Process) -> Arc<Beat> {
    // A claim may wait for Redis for 5 s, and an idle fetcher goes round every half lease.
    let silence = config.pace.job_lease / 2 + Duration::from_secs(15);
    let name = format!("fetcher of {name}.{partition}");
    Arc::new(process.health.beat(name, silence))
}

fn register(
    monitor: Monitor,
    (name, partition): (&'static str, u16),
    config: &Config,
    queue: &Queue,
    runner: &Runner,
    beat: Arc<Beat>,
    drain: &Drain,
) -> Monitor {
    let (queue, runner, drain) = (queue.clone(), runner.clone(), drain.clone());
    let (share, pace) = (config.queues.of(name), config.pace);
    monitor.register(move |restart| {
        let beat = beat.clone();
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
