//! Asks on time.

use std::{process::ExitCode, sync::Arc};

use honeydue_scheduler::{Config, Scheduler, ready};
use platform::Clock;
use process::Process;
use store::Store;

fn main() -> ExitCode {
    process::main("honeydue-scheduler", run)
}

async fn run(config: Config, process: Process) -> anyhow::Result<()> {
    let timetable = Arc::new(kinds::timetable()?);
    let queue = kinds::connect(&config.redis.redis_url, &config.redis.redis_prefix)?;
    let store = Store::connect(&config.postgres.database_url)?;
    ready::when_connected(&process.health, &queue, &store);
    let agreeing = kinds::agree_on_partitions(&queue);
    if let Some(agreed) = process.stop.soft().run_until_cancelled(agreeing).await {
        agreed?;
    }
    ready::with_schema(&config, &store, &process.stop).await?;
    let (pace, name) = (config.pace, config.name);
    let scheduler = Scheduler {
        queue,
        store,
        timetable,
        pace,
        name,
        clock: Clock::system(),
    };
    scheduler.run(&process.stop, &process.health).await
}
