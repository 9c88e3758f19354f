//! What else goes on: jobs are done, and the leader carries those that were lost.

use std::{collections::BTreeMap, time::Duration};

use honeydue_scheduler::{Place, Why};
use platform::timetable::TickId;

use crate::{
    due::{WINDOW, longer_ago},
    postgres::State,
    world::World,
};

/// The worker, and what it has begun.
#[derive(Default)]
pub(crate) struct Work {
    pub(crate) next: Duration,
    done_at: BTreeMap<TickId, Duration>,
}

impl World {
    /// Jobs take a while; some never end well. Then the leader looks after its open rows.
    pub(crate) fn work(&mut self) {
        self.work.next = self.now + Duration::from_millis(500) + self.chance.millis(5_000);
        if !self.answers(Place::Redis) || !self.answers(Place::Postgres) {
            return;
        }
        self.finish_what_is_done();
        self.begin_what_waits();
        if self.leader().is_some() {
            self.carry_what_is_open();
        }
    }

    fn begin_what_waits(&mut self) {
        let waits = self.redis.jobs.difference(&self.redis.dead);
        let begun = |tick: &&TickId| !self.work.done_at.contains_key(tick);
        let waits: Vec<_> = waits.filter(begun).cloned().collect();
        for tick in waits {
            if !self.takes_effect(&tick) {
                self.redis.jobs.remove(&tick);
                continue;
            }
            let long = self.chance.one_in(6);
            let takes = self.chance.millis(if long { 120_000 } else { 4_000 });
            self.work.done_at.insert(tick, self.now + takes);
        }
    }

    fn finish_what_is_done(&mut self) {
        let now = self.time();
        let over = |at: &Duration| *at <= self.now;
        let done = self.work.done_at.iter().filter(|(_, at)| over(at));
        let done: Vec<_> = done.map(|(tick, _)| tick.clone()).collect();
        for tick in done {
            self.work.done_at.remove(&tick);
            if self.chance.one_in(40) && self.redis.jobs.contains(&tick) {
                self.redis.dead.insert(tick);
                continue;
            }
            let open = [State::Pending, State::Fired];
            self.postgres.decide(&tick, &open, State::Finished, now);
            self.redis.jobs.remove(&tick);
        }
    }

    /// As reconciling does, but all of it each time.
    fn carry_what_is_open(&mut self) {
        let now = self.time();
        let rows = self.postgres.rows.iter();
        let open = rows.filter(|(_, kept)| kept.state == State::Fired);
        let open: Vec<_> = open
            .map(|(tick, kept)| (tick.clone(), kept.since))
            .collect();
        for (tick, since) in open {
            let wanted_at = if tick.asked { since } else { tick.instant };
            if longer_ago(wanted_at, WINDOW, now) {
                let lost = !self.redis.jobs.contains(&tick);
                if lost {
                    let too_late = State::Skipped(Why::TooLate);
                    self.postgres.decide(&tick, &[State::Fired], too_late, now);
                }
            } else if self.redis.carry(&tick) {
                self.book.count("carried again");
                self.queued(&tick);
            }
        }
    }
}
