//! What somebody asks for from outside: stop this, run that again, wait.

use super::{Book, Place};
use crate::{JobId, State, tests::model::steps::Held};

impl Book {
    pub(in crate::tests::model) fn cancel(&mut self, id: JobId) -> State {
        let state = self.state(id);
        match state {
            State::Scheduled | State::Retrying => self.end(id),
            State::Ready => {
                let job = self.jobs[&id].clone();
                self.release(id, &job);
                self.put(id, Place::CalledOff, false);
            }
            State::Running => self.jobs.get_mut(&id).expect("it runs").to_stop = true,
            State::Done | State::Dead | State::Cancelled => {}
        }
        state
    }

    pub(in crate::tests::model) fn reschedule(&mut self, id: JobId, wait: i64) -> State {
        let state = self.state(id);
        if matches!(state, State::Scheduled | State::Retrying) {
            let place = if wait > 0 {
                Place::Due(self.now + wait)
            } else {
                Place::Ready
            };
            self.put(id, place, false);
        }
        state
    }

    /// Whether it was dead, and who holds its key instead.
    pub(in crate::tests::model) fn retry(&mut self, id: JobId) -> (bool, Option<JobId>) {
        if self.state(id) != State::Dead {
            return (false, None);
        }
        let key = self.jobs[&id]
            .key
            .filter(|(_, held)| !matches!(held, Held::Window(_)));
        if let Some((key, _)) = key {
            if let Some(other) = self.holder(key).filter(|holder| *holder != id) {
                return (true, Some(other));
            }
            self.keys.insert(key, (id, None));
        }
        let job = self.jobs.get_mut(&id).expect("it is dead");
        (job.attempt, job.lost) = (0, 0);
        self.put(id, Place::Ready, false);
        (true, None)
    }

    pub(in crate::tests::model) fn pause(&mut self, long: Option<u64>) {
        self.paused = Some(long.map_or(0, |long| self.now + i64::try_from(long).unwrap_or(0)));
    }

    pub(in crate::tests::model) fn resume(&mut self) {
        self.paused = None;
    }

    pub(in crate::tests::model) fn wipe(&mut self) {
        let now = self.now;
        *self = Self {
            now,
            ..Self::default()
        };
    }
}
