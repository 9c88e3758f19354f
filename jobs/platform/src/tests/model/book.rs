//! The model: what each script should do, without Redis.

mod leases;
mod wishes;

use std::collections::{BTreeMap, VecDeque};

use super::steps::Held;
use crate::{JobId, State, entry::Member};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Ready,
    Due(i64),
    /// Between these, by chance: the wait after a second lost lease.
    DueBetween(i64, i64),
    Leased(Member, i64),
    Dead,
    /// Cancelled while it was ready, and not yet popped.
    CalledOff,
}

#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) place: Place,
    pub(super) attempt: u8,
    pub(super) lost: u8,
    key: Option<(u8, Held)>,
    late: Option<i64>,
    to_stop: bool,
}

#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) now: i64,
    pub(super) jobs: BTreeMap<JobId, Job>,
    pub(super) ready: VecDeque<JobId>,
    pub(super) keys: BTreeMap<u8, (JobId, Option<i64>)>,
    pub(super) paused: Option<i64>,
}

pub(super) const BACKOFF: i64 = 1000;

impl Job {
    pub(super) fn state(&self) -> State {
        match self.place {
            Place::Ready => State::Ready,
            Place::Due(_) | Place::DueBetween(..) if self.attempt + self.lost == 0 => {
                State::Scheduled
            }
            Place::Due(_) | Place::DueBetween(..) => State::Retrying,
            Place::Leased(..) => State::Running,
            Place::Dead => State::Dead,
            Place::CalledOff => State::Cancelled,
        }
    }
}

impl Book {
    fn state(&self, id: JobId) -> State {
        self.jobs.get(&id).map_or(State::Done, Job::state)
    }

    fn holder(&self, key: u8) -> Option<JobId> {
        let (holder, till) = *self.keys.get(&key)?;
        let holds = till.map_or(self.jobs.contains_key(&holder), |till| till > self.now);
        holds.then_some(holder)
    }

    fn release(&mut self, id: JobId, job: &Job) {
        if let Some((key, held)) = job.key
            && !matches!(held, Held::Window(_))
            && self.keys.get(&key).is_some_and(|(holder, _)| *holder == id)
        {
            self.keys.remove(&key);
        }
    }

    /// Who stands in its way, and where; `None`: accepted.
    pub(super) fn enqueue(
        &mut self,
        id: JobId,
        wait: i64,
        key: Option<(u8, Held)>,
        late: Option<i64>,
    ) -> Option<(JobId, State)> {
        let known = self.jobs.contains_key(&id).then_some(id);
        if let Some(other) = known.or_else(|| self.holder(key?.0)) {
            return Some((other, self.state(other)));
        }
        let till = |held| match held {
            Held::Window(long) => Some(self.now + i64::try_from(long).unwrap_or(0)),
            Held::Started | Held::Done => None,
        };
        if let Some((key, held)) = key {
            self.keys.insert(key, (id, till(held)));
        }
        let place = if wait > 0 {
            Place::Due(self.now + wait)
        } else {
            Place::Ready
        };
        if place == Place::Ready {
            self.ready.push_back(id);
        }
        let late = late.map(|late| self.now + late);
        let job = Job {
            place,
            attempt: 0,
            lost: 0,
            key,
            late,
            to_stop: false,
        };
        self.jobs.insert(id, job);
        None
    }

    fn put(&mut self, id: JobId, place: Place, front: bool) {
        if place == Place::Ready {
            if front {
                self.ready.push_front(id);
            } else {
                self.ready.push_back(id);
            }
        }
        if let Some(job) = self.jobs.get_mut(&id) {
            job.place = place;
        }
    }

    fn end(&mut self, id: JobId) {
        if let Some(job) = self.jobs.remove(&id) {
            self.release(id, &job);
        }
    }
}
