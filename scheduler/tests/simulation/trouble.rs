//! What befalls Redis, Postgres and the timetable in one history.

use std::time::Duration;

use honeydue_scheduler::{Pause, Place};
use platform::timetable::TickId;

use crate::{
    chance::Chance,
    due::RULES,
    postgres::State,
    redis::Redis,
    world::{TROUBLED, World},
};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Trouble {
    /// It says nothing, and answers later what it was asked.
    Stalls(Place),
    /// It refuses.
    IsAway(Place),
    /// What it will come back with after a power cut a second later.
    IsCopied,
    LosesASecond,
    IsWiped,
    Pauses,
    StepsDown,
    Asks,
}

/// Whether a place can be reached.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Reach {
    #[default]
    Now,
    StalledUntil(Duration),
    AwayUntil(Duration),
}

/// When what happens, the last first.
pub(crate) fn plan(chance: &mut Chance) -> Vec<(Duration, Trouble)> {
    let mut plan = Vec::new();
    for _ in 0..=chance.below(3) {
        let at = chance.millis(TROUBLED - 5_000);
        match chance.below(9) {
            0 => plan.push((at, Trouble::Stalls(Place::Redis))),
            1 => plan.push((at, Trouble::Stalls(Place::Postgres))),
            2 => plan.push((at, Trouble::IsAway(Place::Redis))),
            3 => plan.push((at, Trouble::IsAway(Place::Postgres))),
            4 => {
                plan.push((at, Trouble::IsCopied));
                let cut = at + Duration::from_millis(999);
                plan.push((cut, Trouble::LosesASecond));
            }
            5 => plan.push((at, Trouble::IsWiped)),
            6 => plan.push((at, Trouble::Pauses)),
            7 => plan.push((at, Trouble::StepsDown)),
            _ => plan.push((at, Trouble::Asks)),
        }
    }
    plan.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    plan
}

impl World {
    pub(crate) fn befall(&mut self, trouble: Trouble) {
        let until = self.now + self.chance.millis(120_000);
        let soon = self.now + self.chance.millis(10_000);
        match trouble {
            Trouble::Stalls(place) => *self.reach_of(place) = Reach::StalledUntil(until),
            Trouble::IsAway(place) => *self.reach_of(place) = Reach::AwayUntil(until),
            Trouble::IsCopied => self.copy = self.redis.clone(),
            Trouble::LosesASecond => {
                let copy = self.copy.clone();
                self.loses(copy, soon, "Redis lost a second");
            }
            Trouble::IsWiped => self.loses(Redis::default(), soon, "Redis was wiped"),
            Trouble::Pauses => self.pauses(),
            Trouble::StepsDown => {
                if let Some(term) = self.redis.term(self.now) {
                    self.redis.step_down(term, self.now);
                }
            }
            Trouble::Asks => self.asks(),
        }
    }

    fn loses(&mut self, left: Redis, back_at: Duration, what: &str) {
        self.redis = left;
        self.redis_reach = Reach::AwayUntil(back_at);
        self.book.losses += 1;
        self.book.count(what);
    }

    fn pauses(&mut self) {
        let (line, long) = (
            self.chance.below(RULES.len() as u64),
            self.chance.millis(100_000),
        );
        let id = RULES[usize::try_from(line).expect("a few lines")].id;
        let now = self.time();
        let pause = Pause {
            during: now..now + long,
            reason: "moving house".to_owned(),
        };
        let pauses = &mut self.postgres;
        pauses.paused.push((id.to_owned(), pause.clone()));
        pauses.pauses.insert(id.to_owned(), pause);
    }

    fn asks(&mut self) {
        let now = self.time();
        let tick = TickId::asked("latest", now + self.chance.millis(600_000));
        self.postgres.insert(tick, State::Pending, now);
    }
}
