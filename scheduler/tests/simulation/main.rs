//! The real `decide`, led through histories that no example would think of.
//!
//! Time is virtual and every history follows from its seed. Two schedulers fire one timetable against
//! a Redis and a Postgres that stall, go away, lose their last second or everything; any call may be
//! slow, lost on its way there, or lost on its way back; a process may be paused or killed between any
//! two of its steps. Every queued job is checked as it happens, and in the end the books are checked
//! against what was due.

mod answers;
mod chance;
mod check;
mod due;
mod postgres;
mod process;
mod redis;
mod scripts;
mod trouble;
mod work;
mod world;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use world::World;

const HISTORIES: u64 = 10_000;
const TROUBLED: Duration = Duration::from_millis(world::TROUBLED);
/// In which all that can be made good is.
const QUIET: Duration = Duration::from_mins(2);

/// How often what became of ticks, over all histories.
type Tally = BTreeMap<String, u64>;

fn history(seed: u64) -> Tally {
    let mut world = World::new(seed);
    world.run(TROUBLED, true);
    world.run(QUIET, false);
    check::books(&world);
    let wrong = &world.book.wrong;
    assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
    world.tally()
}

/// All of them, on as many threads as there are processors.
fn histories(seeds: u64) -> Tally {
    let next = AtomicU64::new(0);
    let some = || {
        let mut tally = Tally::new();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds {
                return tally;
            }
            add(&mut tally, history(seed));
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(some)).collect();
        let mut all = Tally::new();
        for one in running {
            let told = one.join();
            add(
                &mut all,
                told.unwrap_or_else(|told| std::panic::resume_unwind(told)),
            );
        }
        all
    })
}

fn add(all: &mut Tally, more: Tally) {
    for (what, count) in more {
        *all.entry(what).or_default() += count;
    }
}

#[test]
fn in_ten_thousand_histories_each_tick_has_one_row_that_is_right_and_takes_effect_once() {
    let tally = histories(HISTORIES);
    // The histories are no walk in the park, and no massacre either.
    for what in [
        "fired",
        "late",
        "superseded",
        "too late",
        "paused",
        "the previous run has not finished",
        "one waits already for the previous run",
        "shared",
        "asked and fired",
        "carried again",
        "Redis lost a second",
        "Redis was wiped",
        "led anew",
    ] {
        let count = tally.get(what).copied().unwrap_or_default();
        assert!(count > HISTORIES / 100, "{what}: {count} of {tally:?}");
    }
    assert!(tally["fired"] > 20 * HISTORIES, "{tally:?}");
}

#[test]
fn another_leads_within_a_lease_and_two_seconds_of_a_kill() {
    for seed in 0..200 {
        let mut world = World::new(seed);
        world.roll_outs = false;
        world.run(TROUBLED, true);
        world.run(QUIET, false);
        let led = world.leader();
        world.kill(led.expect("somebody leads when nothing is wrong"));
        world.run(Duration::from_secs(17), false);
        assert!(world.leader().is_some(), "seed {seed}");
    }
}

#[test]
fn a_timetable_that_was_rolled_back_leads_within_77_seconds() {
    for seed in 0..200 {
        let mut world = World::new(seed);
        world.run(TROUBLED, true);
        world.run(QUIET, false);
        world.roll_back();
        world.run(Duration::from_secs(77), false);
        assert!(world.leader().is_some(), "seed {seed}");
    }
}
