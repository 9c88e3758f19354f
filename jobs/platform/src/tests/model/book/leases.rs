//! What a claim brings, and what becomes of what it brought.

use super::{BACKOFF, Book, Job, Place};
use crate::{
    JobId,
    entry::Member,
    tests::{
        LEASE,
        model::steps::{End, Held},
    },
};

fn lease() -> i64 {
    i64::try_from(LEASE.as_millis()).expect("a lease is short")
}

impl Book {
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
    pub(in crate::tests::model) fn claim(
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
    pub(in crate::tests::model) fn settle(&mut self, member: Member, end: End) -> bool {
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
    pub(in crate::tests::model) fn extend(&mut self, member: Member) -> (bool, bool) {
        let Some(id) = self.holds(member) else {
            return (false, false);
        };
        let job = self.jobs.get_mut(&id).expect("it is held");
        job.place = Place::Leased(member, self.now + lease());
        (true, job.to_stop)
    }
}
