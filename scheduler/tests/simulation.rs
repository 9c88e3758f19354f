//! The real `decide`, led through histories that no example would think of.
//!
//! Time is virtual and every history follows from its seed. Two schedulers fire one timetable; any
//! call may be slow, lost on its way there, or lost on its way back; a process may be paused or
//! killed between any two of its steps. Afterwards the books are checked against the timetable.

#[path = "simulation/chance.rs"]
mod chance;
#[path = "simulation/world.rs"]
mod world;

use std::{collections::BTreeMap, time::Duration};

use platform::{
    NewJob, SWEEP,
    timetable::{Line, Policy, TickId, Timetable},
};
use world::{State, World};

fn timetable() -> Timetable {
    let line = |id, when| {
        Line::new(id, when, |at| {
            Ok(NewJob::raw("probe", SWEEP, at.to_string().into_bytes()))
        })
    };
    let window = Duration::from_mins(10);
    let lines = [
        line("latest", "* * * * *").window(window),
        line("skip", "30 */2 * * * *")
            .policy(Policy::Skip)
            .window(window),
        line("all", "*/3 * * * *")
            .policy(Policy::All { max: 5 })
            .window(window),
    ];
    Timetable::new(1, lines).expect("a timetable without a wrong line")
}

/// An hour with faults, then a quarter without, in which all that can be made good is.
fn history(seed: u64) -> World {
    let mut world = World::new(seed, timetable());
    world.run(Duration::from_hours(1), true);
    world.run(Duration::from_mins(15), false);
    world
}

/// Every instant that was ever due, by the timetable alone.
fn ever_due(world: &World) -> Vec<TickId> {
    let schedules = world.timetable.schedules().iter();
    schedules
        .flat_map(|schedule| {
            let begun = world.begun[schedule.id()];
            let instants = schedule.instants(begun, world.last_minute(), 100_000);
            instants
                .into_iter()
                .map(|instant| TickId::due(schedule.id(), instant))
        })
        .collect()
}

#[test]
fn whatever_dies_pauses_or_is_lost_each_tick_has_one_row_and_at_most_one_job() {
    let mut fired = BTreeMap::<String, usize>::new();
    for seed in 0..60 {
        let world = history(seed);
        for tick in ever_due(&world) {
            let jobs = world.jobs.iter().filter(|job| **job == tick).count();
            match world.rows.get(&tick).map(|row| row.state) {
                Some(State::Fired) => assert_eq!(jobs, 1, "seed {seed}: {tick} is fired"),
                Some(State::Skipped) => assert_eq!(jobs, 0, "seed {seed}: {tick} is skipped"),
                None => assert!(
                    jobs == 0 && world.shared(&tick),
                    "seed {seed}: {tick} has no row"
                ),
                Some(State::Pending) => panic!("seed {seed}: {tick} was left pending"),
            }
            *fired.entry(tick.schedule).or_default() += jobs;
        }
        assert!(
            world.early.is_empty(),
            "seed {seed}: {:?} came early",
            world.early
        );
    }
    // The histories are no walk in the park, and no massacre either.
    assert!(
        fired.values().all(|count| (1_000..5_000).contains(count)),
        "{fired:?}"
    );
}

#[test]
fn another_leads_within_a_lease_and_two_seconds_of_a_kill() {
    for seed in 0..60 {
        let mut world = World::new(seed, timetable());
        world.run(Duration::from_mins(10), true);
        world.run(Duration::from_mins(3), false);
        let led = world
            .leader()
            .expect("somebody leads when nothing is wrong");
        world.kill(led);
        world.run(Duration::from_secs(17), false);
        assert!(world.leader().is_some(), "seed {seed}");
    }
}
