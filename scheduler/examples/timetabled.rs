//! A scheduler with a timetable of one's own: what tests and chaos run where honeyDue's once a minute
//! would be too seldom. Its ticks run probes that do nothing, and each that was missed is caught up.

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Parser;
use honeydue_scheduler::{Config, Scheduler, ready};
use platform::{
    Clock, NewJob, SWEEP,
    timetable::{Line, Policy, Timetable},
};
use process::{Process, ProcessArgs};
use store::Store;

#[derive(Debug, Parser)]
struct Timetabled {
    #[command(flatten)]
    scheduler: Config,
    /// Its lines, such as `often=*/5 * * * * *;daily=0 14 * * *`.
    #[arg(long, env = "LINES", value_delimiter = ';', value_name = "ID=WHEN;…")]
    lines: Vec<String>,
    /// The timetable's version.
    #[arg(long, env = "TIMETABLE_VERSION", default_value = "1")]
    timetable_version: u32,
    /// How old a tick may be and still be fired.
    #[arg(long, env = "WINDOW_S", default_value = "600")]
    window_s: u64,
}

impl AsRef<ProcessArgs> for Timetabled {
    fn as_ref(&self) -> &ProcessArgs {
        self.scheduler.as_ref()
    }
}

fn main() -> ExitCode {
    process::main("timetabled", run)
}

async fn run(told: Timetabled, process: Process) -> anyhow::Result<()> {
    let window = Duration::from_secs(told.window_s);
    let lines = told.lines.iter().filter_map(|line| line.split_once('='));
    let line = |(id, when)| Line::new(id, when, |_| Ok(probe())).window(window);
    let lines = lines.map(|told| line(told).policy(Policy::All { max: 500 }));
    let timetable = Timetable::new(told.timetable_version, lines)?;
    let config = told.scheduler;
    let queue = kinds::connect(&config.redis.redis_url, &config.redis.redis_prefix)?;
    let store = Store::connect(&config.postgres.database_url)?;
    ready::with_schema(&config, &store, &process.stop).await?;
    let scheduler = Scheduler {
        queue,
        store,
        timetable: Arc::new(timetable),
        pace: config.pace,
        name: config.name,
        clock: Clock::system(),
    };
    scheduler.run(&process.stop, &process.health).await
}

fn probe() -> NewJob {
    NewJob::raw("probe", SWEEP, b"{}".to_vec())
}
