//! What an answer changes in what a scheduler knows.

use platform::leader::{Fired, Held, Renewed};

use crate::{
    action::{Action, Answer, Moment, Place, Why},
    seen::{Reading, Seen, Trouble},
    standing::{Leadership, Standing},
    ticks::{Ticks, Told},
};

impl Seen {
    /// `answer` to `action`, which was asked at `asked`; it is there `now`.
    pub fn learn(&mut self, action: Action, answer: Answer, asked: Moment, now: Moment) {
        self.now = now;
        if answer == Answer::Failed {
            return self.learn_failure(&action);
        }
        *self.trouble_at(action.place()) = None;
        match (action, answer) {
            (_, Answer::Clock { redis, ahead }) => self.learn_clock(Reading {
                redis,
                at: now,
                ahead,
            }),
            (_, Answer::Term(term)) => self.learn_term(term),
            (Action::Hold { term }, Answer::Held(held)) => self.learn_held(term, held, asked),
            (_, Answer::Renewed(renewed)) => self.learn_renewed(renewed, asked),
            (Action::LetGo { .. }, _) => self.learn_let_go(),
            (_, Answer::Ticks(ticks)) => self.ticks = Some(ticks),
            (action, Answer::Fired(fired)) => self.learn_fired(action, fired),
            (Action::ReadUnfinished { tick, .. }, Answer::Unfinished(behind)) => {
                self.change(|ticks| ticks.come_behind(&tick, behind));
            }
            (Action::Fire { tick, .. }, Answer::NoJob(error)) => {
                self.change(|ticks| ticks.tell(&tick, Told::Skip(Why::NoJob(error))));
            }
            // Another's row, or another may have begun before: what stands is looked at before
            // anything else is done.
            (_, Answer::Recorded(false)) | (Action::Begin { .. }, _) => self.ticks = None,
            (action, _) => self.change(|ticks| ticks.wrote(action)),
        }
    }

    fn learn_failure(&mut self, action: &Action) {
        let (now, pace) = (self.now, self.pace);
        let since = self
            .trouble(action.place())
            .map_or(now, |known| known.since);
        let retry_at = now + pace.follower_wait / 4;
        *self.trouble_at(action.place()) = Some(Trouble { since, retry_at });
        // Written or not? The next look tells.
        self.ticks = None;
        if self.leading().is_none() || matches!(action, Action::LetGo { .. }) {
            self.follow(now + pace.follower_wait);
        }
    }

    fn learn_clock(&mut self, reading: Reading) {
        self.clock = Some(reading);
        if self.leading().is_none() && self.unfit().is_some() {
            self.follow(self.now + self.pace.follower_wait);
        }
    }

    fn learn_term(&mut self, taken: i64) {
        if let Standing::Following { term, .. } = &mut self.standing {
            *term = Some(taken);
        }
    }

    fn learn_held(&mut self, term: i64, held: Held, asked: Moment) {
        match held {
            Held::Ours => {
                self.standing = Standing::Leading(Leadership::granted(term, asked, &self.pace));
            }
            Held::Theirs(left) => {
                self.follow(self.now + self.pace.follower_wait.min(left + self.jitter));
            }
        }
    }

    fn learn_renewed(&mut self, renewed: Renewed, at: Moment) {
        match (&mut self.standing, renewed) {
            (Standing::Leading(leading), Renewed::Ours { asked, step_down }) => {
                leading.renewed(at, asked, step_down, &self.pace);
                // Also the rhythm at which a leader looks for what no hint told it.
                (self.clock, self.ticks) = (None, None);
            }
            _ => self.follow(self.now + self.jitter),
        }
    }

    /// Who gave way lets the other have it first.
    fn learn_let_go(&mut self) {
        let newer = self
            .leading()
            .and_then(|leading| self.newer_lately(leading));
        if let Some(newer) = newer {
            self.yields_until = self.now + self.lately().saturating_sub(newer.ago);
        } else if self.leading().is_some_and(|leading| leading.step_down) {
            self.yields_until = self.now + self.pace.leader_ttl;
        }
        self.follow(self.yields_until.max(self.now + self.pace.follower_wait));
    }

    fn learn_fired(&mut self, action: Action, fired: Fired) {
        let (tick, why) = match action {
            Action::Fire { tick, .. } => (tick, None),
            Action::AskFired { tick, why, .. } => (tick, Some(why)),
            _ => return,
        };
        let told = match (fired, why) {
            (Fired::NotLeader, _) => return self.follow(self.now + self.jitter),
            (Fired::Unknown, Some(why)) => Told::Skip(why),
            (Fired::Unfinished, _) => Told::Unfinished,
            _ => Told::Fired(self.reckoned().unwrap_or(tick.instant)),
        };
        self.change(|ticks| ticks.tell(&tick, told));
    }

    fn change(&mut self, change: impl FnOnce(&mut Ticks)) {
        if let Some(ticks) = &mut self.ticks {
            change(ticks);
        }
    }

    fn trouble_at(&mut self, place: Place) -> &mut Option<Trouble> {
        match place {
            Place::Redis => &mut self.redis,
            Place::Postgres => &mut self.postgres,
        }
    }
}
