//! The model: what each script should do, without Redis.

use std::collections::{BTreeMap, VecDeque};

use super::steps::{End, Held};
use crate::{JobId, State, entry::Member, tests::LEASE};

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

fn lease() -> i64 {
    i64::try_from(LEASE.as_millis()).expect("a lease is short")
}

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

    fn take_back(&mut self, id: JobId) {
        let job = self.jobs.get_mut(&id).expect("it was leased");
        job.lost += 1;
        let (attempt, lost, to_stop) = (job.attempt, job.lost, job.to_stop);
        let full = BACKOFF * 3_i64.pow(u32::from(attempt) - 1);
        match lost {
            _ if to_stop => self.end(id),
            1 => self.put(id, Place::Ready, true),
            _ => self.put(
                id,
                Place::DueBetween(self.now + full / 2, self.now + full),
                false,
            ),
        }
    }

    fn sorted<K: Ord>(&self, key: impl Fn(JobId, &Job) -> Option<K>) -> Vec<JobId> {
        let jobs = self.jobs.iter();
        let mut found: Vec<_> = jobs
            .filter_map(|(id, job)| Some((key(*id, job)?, *id)))
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// The jobs that a claim brings, in order.
    pub(super) fn claim(
        &mut self,
        many: usize,
        member: impl Fn(JobId, u8, u8) -> Member,
    ) -> Vec<Member> {
        let now = self.now;
        for id in self.sorted(|_, job| match job.place {
            Place::Leased(member, till) if till <= now => Some((till, member.as_bytes().to_vec())),
            _ => None,
        }) {
            self.take_back(id);
        }
        for id in self.sorted(|id, job| match job.place {
            Place::Due(at) if at <= now => Some((at, *id.as_bytes(), job.attempt, job.lost)),
            _ => None,
        }) {
            self.put(id, Place::Ready, false);
        }
        if self.paused.is_some_and(|till| till == 0 || till > now) {
            return Vec::new();
        }
        let popped: Vec<_> = self.ready.drain(..many.min(self.ready.len())).collect();
        popped
            .into_iter()
            .filter_map(|id| self.begin(id, &member))
            .collect()
    }

    fn begin(&mut self, id: JobId, member: impl Fn(JobId, u8, u8) -> Member) -> Option<Member> {
        let mut job = self.jobs[&id].clone();
        if job.place == Place::CalledOff || job.late.is_some_and(|late| late < self.now) {
            self.end(id);
            return None;
        }
        if matches!(job.key, Some((_, Held::Started))) {
            self.release(id, &job);
        }
        job.attempt += 1;
        let member = member(id, job.attempt, job.lost);
        job.place = Place::Leased(member, self.now + lease());
        self.jobs.insert(id, job);
        Some(member)
    }

    fn holds(&self, member: Member) -> Option<JobId> {
        let id = member.entry().id;
        let job = self.jobs.get(&id)?;
        matches!(job.place, Place::Leased(held, _) if held == member).then_some(id)
    }

    /// Whether the lease was held.
    pub(super) fn settle(&mut self, member: Member, end: End) -> bool {
        let Some(id) = self.holds(member) else {
            return false;
        };
        let job = self.jobs.get_mut(&id).expect("it is held");
        let to_stop = std::mem::take(&mut job.to_stop);
        if matches!(end, End::Later { .. } | End::HandBack) {
            job.attempt -= 1;
        }
        let due = |wait| Place::Due(self.now + i64::try_from(wait).unwrap_or(0));
        match end {
            End::Bury => {
                let job = job.clone();
                self.release(id, &job);
                self.put(id, Place::Dead, false);
            }
            End::Done | End::Cancelled => self.end(id),
            _ if to_stop => self.end(id),
            End::Retry { wait } | End::Later { wait } => self.put(id, due(wait), false),
            End::HandBack => self.put(id, Place::Ready, true),
        }
        true
    }

    /// Whether the lease was held, and whether its job is to stop.
    pub(super) fn extend(&mut self, member: Member) -> (bool, bool) {
        let Some(id) = self.holds(member) else {
            return (false, false);
        };
        let job = self.jobs.get_mut(&id).expect("it is held");
        job.place = Place::Leased(member, self.now + lease());
        (true, job.to_stop)
    }

    pub(super) fn cancel(&mut self, id: JobId) -> State {
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

    pub(super) fn reschedule(&mut self, id: JobId, wait: i64) -> State {
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
    pub(super) fn revive(&mut self, id: JobId) -> (bool, Option<JobId>) {
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

    pub(super) fn pause(&mut self, long: Option<u64>) {
        self.paused = Some(long.map_or(0, |long| self.now + i64::try_from(long).unwrap_or(0)));
    }

    pub(super) fn resume(&mut self) {
        self.paused = None;
    }

    pub(super) fn wipe(&mut self) {
        let now = self.now;
        *self = Self {
            now,
            ..Self::default()
        };
    }
}
