//! What Redis and Postgres answer, where they can be reached.

use honeydue_scheduler::{Action, Answer, Place};
use platform::{
    Pace,
    leader::{Fired, Held},
};

use crate::{due::WINDOW, redis::Who, trouble::Reach, world::World};

impl World {
    pub(crate) fn reach_of(&mut self, place: Place) -> &mut Reach {
        match place {
            Place::Redis => &mut self.redis_reach,
            Place::Postgres => &mut self.postgres_reach,
        }
    }

    pub(crate) fn answers(&mut self, place: Place) -> bool {
        let now = self.now;
        match *self.reach_of(place) {
            Reach::Now => true,
            Reach::StalledUntil(until) | Reach::AwayUntil(until) => until <= now,
        }
    }

    /// What Redis and Postgres do, as their scripts and statements do it.
    pub(crate) fn perform(&mut self, one: usize, action: &Action) -> Answer {
        let (now, time, ttl) = (self.now, self.time(), Pace::STANDARD.leader_ttl);
        let who = |term: &i64| Who {
            owner: self.processes[one].boot,
            term: *term,
            version: self.processes[one].seen.timetable.version(),
        };
        match action {
            Action::ReadClock => Answer::Clock {
                redis: time,
                ahead: self.processes[one].ahead,
            },
            Action::TakeTerm => Answer::Term(self.postgres.next_term()),
            Action::Hold { term } => self.hold(who(term)),
            Action::Renew { term } => Answer::Renewed(self.redis.renew(who(term), ttl, now)),
            Action::LetGo { term } => {
                self.redis.let_go(who(term), now);
                Answer::Done
            }
            Action::Fire { tick, term, behind } => {
                let fired = self.redis.fire(who(term), tick, WINDOW * 2, behind, now);
                if fired == Fired::Queued {
                    self.queued(tick);
                }
                Answer::Fired(fired)
            }
            Action::AskFired { tick, term, .. } => {
                Answer::Fired(self.redis.ask_fired(who(term), tick, now))
            }
            Action::Look => Answer::Ticks(self.postgres.look()),
            Action::ReadUnfinished { tick, within } => {
                Answer::Unfinished(self.postgres.unfinished(tick, time - *within))
            }
            action => self.postgres.write(action.clone(), time),
        }
    }

    fn hold(&mut self, who: Who) -> Answer {
        let held = self.redis.hold(who, Pace::STANDARD.leader_ttl, self.now);
        if held == Held::Ours {
            self.book.grant((who.owner, who.term));
        }
        Answer::Held(held)
    }
}
