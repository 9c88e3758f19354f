//! Kills, pauses, restarts and wipes around ticks every few seconds, on real processes and servers.
//!
//! What was due is worked out by arithmetic, from nothing that the schedulers say. In the end each of
//! those ticks must be finished, and must have run once. What happens, and in which order, follows from
//! the seed; when exactly does not.
//!
//! `cargo test` runs a short slice of it, `make chaos` minutes at the standard pace.

#[path = "../simulation/chance.rs"]
mod chance;
#[path = "../house/example.rs"]
mod example;
#[path = "../house/mod.rs"]
mod house;
mod minute;
#[path = "../house/stall.rs"]
mod stall;
mod trouble;
#[path = "../house/worker.rs"]
mod worker;

use std::{collections::BTreeMap, process::ExitCode, time::Duration};

use chance::Chance;
use clap::Parser;
use example::Example;
use house::{House, now};
use jiff::Timestamp;
use standins::{Postgres, Redis, out::aside, until};
use store::TickState;
use tokio::time::Instant;
use trouble::Scene;
use uuid::Uuid;
use worker::Worker;

#[derive(Debug, Parser)]
struct Args {
    /// What follows from it can be had again. Else one is drawn, and printed.
    #[arg(long, env = "SEED")]
    seed: Option<u64>,
    /// How long trouble lasts; with it the pace is the standard one. Else some seconds at a twentieth.
    #[arg(long, env = "MINUTES")]
    minutes: Option<u64>,
    /// What `cargo test` passes to any test is not for us.
    #[arg(hide = true, allow_hyphen_values = true, trailing_var_arg = true)]
    _rest: Vec<String>,
}

const SLICE: Duration = Duration::from_secs(8);
const SLICE_PACE: u32 = 20;
/// Ticks of these lines are due at each full multiple of so many seconds.
const LINES: [(&str, i64); 2] = [("brisk", 2), ("calm", 5)];

fn main() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let args = Args::parse();
    let (long, pace) = match args.minutes {
        Some(minutes) => (Duration::from_secs(minutes * 60), 1),
        None => (SLICE, SLICE_PACE),
    };
    let drawn = || Uuid::new_v4().as_u64_pair().0 >> 32;
    let seed = args.seed.unwrap_or_else(drawn);
    let both = async {
        tokio::join!(
            chaos(seed, long, pace),
            minute::paused_right_before_it_fires(pace)
        )
    };
    runtime.block_on(both);
    ExitCode::SUCCESS
}

/// The length of some trouble, or of the calm before it: the moment is the point, and nothing could be
/// waited for.
async fn passes(long: Duration) {
    tokio::time::sleep(long).await;
}

/// Panics, and says why, if a tick was missed or doubled.
async fn chaos(seed: u64, long: Duration, pace: u32) {
    aside(&format!("ticks: SEED={seed}, {long:?} of trouble"));
    let redis = Redis::start(&["--appendonly", "yes"]).await;
    let (redis, postgres) = (redis.expect("a Redis"), Postgres::start().await);
    let postgres = postgres.expect("a Postgres");
    let house = House::alone(&redis, &postgres).await;
    let lines = LINES.map(|(id, every)| format!("{id}=*/{every} * * * * *"));
    let replica = Example {
        house: &house,
        lines: lines.join(";"),
        pace,
    };
    let mut scene = Scene::begin(replica, redis, postgres, Chance::new(seed));
    let worker = Worker::start(&house.queue, &house.store);
    until("both lines have begun", async || begun(&house).await).await;
    let (from, end) = (now(), Instant::now() + long);
    while Instant::now() < end {
        scene.one_trouble().await;
    }
    account(&house, &worker, from).await;
}

async fn begun(house: &House) -> bool {
    house.watermark("brisk").await.is_some() && house.watermark("calm").await.is_some()
}

async fn account(house: &House, worker: &Worker, from: Timestamp) {
    let to = now();
    let due = LINES.into_iter().flat_map(|line| due(line, from, to));
    let due: Vec<_> = due.collect();
    let finished = async || all_finished(house, &due).await;
    until("every tick that was due is finished", finished).await;
    let mut ran = BTreeMap::<String, u32>::new();
    for origin in worker.ran() {
        *ran.entry(origin).or_default() += 1;
    }
    let never = |id: &&String| !ran.contains_key(&format!("tick:{id}"));
    let missed: Vec<_> = due.iter().filter(never).collect();
    let doubled: Vec<_> = ran.iter().filter(|(_, times)| **times > 1).collect();
    let (many, twice, never) = (due.len(), doubled.len(), missed.len());
    let brought = worker.brought().len();
    aside(&format!(
        "ticks: {many} were due, and brought {brought} times; {twice} doubled, {never} missed"
    ));
    assert!(doubled.is_empty(), "doubled: {doubled:?}");
    assert!(missed.is_empty(), "missed: {missed:?}");
}

/// Every instant that was due, by arithmetic alone.
fn due((line, every): (&str, i64), after: Timestamp, until: Timestamp) -> Vec<String> {
    let seconds = after.as_second() + 1..=until.as_second();
    let due = seconds.filter(|second| second % every == 0);
    let instants = due.map(|second| Timestamp::from_second(second).expect("an instant"));
    instants.map(|at| format!("{line}@{at}")).collect()
}

async fn all_finished(house: &House, due: &[String]) -> bool {
    let rows = house.store.ticks_by_id(due).await.unwrap_or_default();
    let finished = rows.iter().filter(|row| row.state == TickState::Finished);
    finished.count() == due.len()
}
