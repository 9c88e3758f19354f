//! The crash matrix: workers that are killed, stalled and told to stop, and a Redis that is killed,
//! stalled, and forgets scripts and connections, while jobs keep coming.
//!
//! At the end every job that was accepted must stand somewhere, and none may have been settled twice.
//! What happens, and in which order, follows from the seed; when exactly does not.
//!
//! `cargo test` runs a short slice of it, `make chaos` minutes at the standard pace. The program is its
//! own worker: with a word to say so, it works until somebody ends it.

mod accounts;
mod book;
mod house;
mod offer;
mod outage;
mod overture;
mod trouble;
mod work;

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use rand::{SeedableRng as _, rngs::SmallRng};
use standins::out::aside;
use tokio::{runtime::Builder, time::Instant};

use self::{house::House, offer::Offering};

#[derive(Debug, Parser)]
struct Args {
    /// What follows from it can be had again. Else one is drawn, and printed.
    #[arg(long, env = "SEED")]
    seed: Option<u64>,
    /// How long trouble lasts; with it the pace is the standard one. Else some seconds at a twentieth.
    #[arg(long, env = "MINUTES")]
    minutes: Option<u64>,
    /// Be a worker: URL of Redis, prefix, log, pace.
    #[arg(long, num_args = 4)]
    work: Option<Vec<String>>,
    /// What `cargo test` passes to any test is not for us.
    #[arg(hide = true, allow_hyphen_values = true, trailing_var_arg = true)]
    _rest: Vec<String>,
}

const SLICE: Duration = Duration::from_secs(8);
const SLICE_PACE: u32 = 20;

fn main() -> ExitCode {
    let args = Args::parse();
    // A worker has one thread, so that a job can block all of it.
    let runtime = match args.work {
        Some(_) => Builder::new_current_thread().enable_all().build(),
        None => Builder::new_multi_thread().enable_all().build(),
    };
    let runtime = runtime.expect("a runtime");
    match &args.work {
        Some(work) => runtime.block_on(work::until_told(work)),
        None => runtime.block_on(chaos(&args)),
    }
    ExitCode::SUCCESS
}

/// The length of some trouble, of a job, or of the pause before something is looked at or asked again:
/// the moment is the point, and nothing could be waited for.
async fn passes(long: Duration) {
    tokio::time::sleep(long).await;
}

/// Panics, and says why, if a job was lost or settled twice.
async fn chaos(args: &Args) {
    let seed = args.seed.unwrap_or_else(rand::random);
    let (long, pace) = match args.minutes {
        Some(minutes) => (Duration::from_secs(minutes * 60), 1),
        None => (SLICE, SLICE_PACE),
    };
    aside(&format!("chaos: SEED={seed}, {long:?} of trouble"));
    let mut house = House::open(pace).await;
    overture::all_start_again(&mut house).await;
    overture::who_stalled_settles_nothing(&mut house).await;
    overture::who_blocked_settles_nothing(&mut house).await;

    let mut chance = SmallRng::seed_from_u64(seed);
    let offering = Offering::begin(house.queue.clone(), seed, SmallRng::from_rng(&mut chance));
    outage::redis_is_away(&mut house).await;
    let end = Instant::now() + long;
    let mut rounds = 0;
    while Instant::now() < end {
        rounds += 1;
        trouble::round(&mut house, &mut chance, rounds).await;
    }
    let offered = offering.stop().await;
    aside("chaos: no more trouble; waiting until all has ended");
    house.until_nothing_waits().await;
    accounts::check(&house, &offered, rounds).await;
}
