//! S1 as it happens, and S2 in the end.

use std::{collections::BTreeMap, time::Duration};

use honeydue_scheduler::{Action, Why};
use jiff::{SignedDuration, Timestamp};
use platform::timetable::{ON_TIME, Policy, TickId, Unfinished};

use crate::{
    Tally,
    due::{RULES, Rule, WINDOW, longer_ago, rule, ticks},
    postgres::{Kept, Shared, State},
    world::World,
};

/// What a leader knew of the time may be so old when its fire arrives.
const IN_FLIGHT: Duration = Duration::from_secs(30);
/// What came due in the last moments may still wait for a run to finish.
const NOT_YET: SignedDuration = SignedDuration::from_secs(110);

/// What happened, as far as it matters.
#[derive(Default)]
pub(crate) struct Book {
    pub(crate) wrong: Vec<String>,
    /// How often Redis has lost something.
    pub(crate) losses: u32,
    /// tick → after how many losses its job was last queued
    queued: BTreeMap<TickId, u32>,
    /// How often a tick took effect: its job began while its row was open.
    effects: BTreeMap<TickId, u32>,
    /// Owner and term of each leadership, in the order in which they were granted.
    granted: Vec<(u64, i64)>,
    /// The latest of them that has begun to act.
    newest: Option<usize>,
    counts: Tally,
}

impl Book {
    pub(crate) fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    pub(crate) fn grant(&mut self, leadership: (u64, i64)) {
        if !self.granted.contains(&leadership) {
            self.granted.push(leadership);
            self.count("led anew");
        }
    }

    /// A term is believed less long than its lease lasts: who does anything in an older one than
    /// somebody else has begun to lead in, has believed it for too long.
    pub(crate) fn acts(&mut self, leadership: (u64, i64), action: &Action) {
        let place = self.granted.iter().position(|one| *one == leadership);
        if place < self.newest && self.losses == 0 {
            self.wrong
                .push(format!("{leadership:?}: {action:?} in an old term"));
        }
        self.newest = self.newest.max(place);
    }
}

impl World {
    /// A job is queued: by a fire, or carried again.
    pub(crate) fn queued(&mut self, tick: &TickId) {
        let (now, losses) = (self.time(), self.book.losses);
        let row = self.postgres.rows.get(tick);
        let mut wrong = |what: &str| self.book.wrong.push(format!("{tick} {what} at {now}"));
        match row.map(|row| &row.state) {
            // Given up perhaps by a leader whose word was long on its way: its job finds that.
            Some(State::Pending | State::Fired | State::Skipped(Why::Unfinished)) => {}
            // Begun before the loss and finished between the look and the fire: its job finds that, too.
            Some(State::Finished) if losses > 0 => {}
            other => wrong(&format!("was queued while its row said {other:?}")),
        }
        if !tick.asked && tick.instant > now {
            wrong("came early");
        }
        if !tick.asked && longer_ago(tick.instant, WINDOW + IN_FLIGHT, now) {
            wrong("was queued after its window");
        }
        if self.book.queued.insert(tick.clone(), losses) == Some(losses) {
            let twice = format!("{tick} was queued twice, and Redis lost nothing meanwhile");
            self.book.wrong.push(twice);
        }
    }

    /// A job begins. What was decided already has no effect again; and until Redis loses something, no
    /// tick has more than one.
    pub(crate) fn takes_effect(&mut self, tick: &TickId) -> bool {
        let row = self.postgres.rows.get(tick);
        let open = row.is_some_and(|row| matches!(row.state, State::Pending | State::Fired));
        if open {
            let effects = self.book.effects.entry(tick.clone()).or_default();
            *effects += 1;
            if *effects > 1 && self.book.losses == 0 {
                self.book.wrong.push(format!("{tick} took effect twice"));
            }
        }
        open
    }

    pub(crate) fn tally(&self) -> Tally {
        let mut tally = self.book.counts.clone();
        for (tick, kept) in &self.postgres.rows {
            let what = match &kept.state {
                State::Fired | State::Finished if tick.asked => "asked and fired".to_owned(),
                State::Fired | State::Finished => "fired".to_owned(),
                State::Skipped(Why::Paused(_)) => "paused".to_owned(),
                State::Skipped(why) => why.to_string(),
                State::Pending => "pending".to_owned(),
            };
            *tally.entry(what).or_default() += 1;
        }
        tally.insert("shared".to_owned(), self.postgres.shared.len() as u64);
        tally
    }
}

/// Every tick ever due has a row that is right, and nothing that was begun is left open.
pub(crate) fn books(world: &World) {
    let seed = world.seed;
    for rule in &RULES {
        let begun = world.postgres.begun[rule.id];
        for tick in ticks(rule, begun, world.time() - NOT_YET) {
            match world.postgres.rows.get(&tick) {
                Some(kept) => row(world, rule, &tick, kept),
                None => assert!(shares_a_row(world, &tick), "seed {seed}: {tick} has no row"),
            }
        }
    }
    for (tick, kept) in world.postgres.rows.iter().filter(|(tick, _)| tick.asked) {
        assert_ne!(kept.state, State::Pending, "seed {seed}: {tick} was left");
    }
}

fn shares_a_row(world: &World, tick: &TickId) -> bool {
    let covers = |row: &&Shared| {
        row.schedule == tick.schedule && (row.from..=row.to).contains(&tick.instant)
    };
    let found = world.postgres.shared.iter().find(covers);
    found.is_some_and(|row| longer_ago(tick.instant, WINDOW, row.at))
}

fn row(world: &World, rule: &Rule, tick: &TickId, kept: &Kept) {
    let right = match &kept.state {
        State::Finished => true,
        State::Fired => world.redis.jobs.contains(tick),
        State::Pending => false,
        State::Skipped(why) => rightly_skipped(world, rule, tick, why, kept.decided_at),
    };
    assert!(right, "seed {}: {tick} is {kept:?}", world.seed);
}

fn rightly_skipped(world: &World, of: &Rule, tick: &TickId, why: &Why, at: Timestamp) -> bool {
    let minds = rule(&tick.schedule).unfinished;
    match why {
        Why::Late => of.policy == Policy::Skip && longer_ago(tick.instant, ON_TIME, at),
        Why::TooLate => longer_ago(tick.instant, WINDOW, at),
        Why::Superseded => of.policy != Policy::Skip && outweighed(world, of, tick, at),
        Why::Paused(_) => {
            let mut pauses = world.postgres.paused.iter();
            pauses.any(|(id, pause)| *id == tick.schedule && pause.during.contains(&tick.instant))
        }
        Why::Unfinished => minds == Unfinished::Skip && another_ran(world, tick, at),
        Why::OneWaits => minds == Unfinished::QueueOne && another_ran(world, tick, at),
        Why::NotInTimetable | Why::NoJob(_) => false,
    }
}

/// A newer one was due by then, and was not left out for the sake of yet a newer one that never came.
fn outweighed(world: &World, rule: &Rule, tick: &TickId, at: Timestamp) -> bool {
    let newer = ticks(rule, tick.instant, at);
    newer.iter().any(|newer| {
        let row = world.postgres.rows.get(newer);
        let state = row.map(|row| &row.state);
        !matches!(state, Some(State::Skipped(Why::Superseded)))
    })
}

/// An earlier tick of the line had been fired by then.
fn another_ran(world: &World, tick: &TickId, by: Timestamp) -> bool {
    let rows = world.postgres.rows.iter();
    let mut earlier = rows.filter(|(other, _)| {
        other.schedule == tick.schedule && (other.asked || other.instant < tick.instant)
    });
    earlier.any(|(_, kept)| kept.since <= by && kept.state != State::Skipped(Why::Superseded))
}
