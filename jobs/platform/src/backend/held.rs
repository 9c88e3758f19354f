//! The leases this process believes in, and until when.
//!
//! Belief ends before the lease does, counted from before Redis was asked, so that a slow answer or a
//! long pause never makes us run a job that is already another's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::time::Instant;

use crate::{
    Claimed,
    entry::Member,
    watch::{End, Watch},
};

#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<Member, Lease>>);

struct Lease {
    believed_until: Instant,
    watch: Arc<Watch>,
}

impl Held {
    pub(super) fn add(&self, jobs: &[Claimed], believed_until: Instant) {
        let lease = |job: &Claimed| {
            let watch = job.watch.clone();
            let lease = Lease {
                believed_until,
                watch,
            };
            (job.member, lease)
        };
        self.with(|held| held.extend(jobs.iter().map(lease)));
    }

    pub(super) fn remove(&self, member: &Member) {
        self.with(|held| held.remove(member));
    }

    pub(super) fn members(&self) -> Vec<Member> {
        self.with(|held| held.keys().copied().collect())
    }

    pub(super) fn believe(&self, members: &[Member], until: Instant) {
        self.with(|held| {
            for member in members {
                if let Some(lease) = held.get_mut(member) {
                    lease.believed_until = until;
                }
            }
        });
    }

    /// Tells the jobs' futures to stop.
    pub(super) fn cancel(&self, cancelled: Vec<(Member, String)>) {
        self.with(|held| {
            for (member, why) in cancelled {
                if let Some(lease) = held.get(&member) {
                    lease.watch.cancel(why);
                }
            }
        });
    }

    /// Tells all futures to stop, so that their jobs are handed back.
    pub(super) fn hand_back(&self) {
        self.with(|held| {
            for lease in held.values() {
                lease.watch.end(End::HandBack);
            }
        });
    }

    /// Stops believing in these, and in all whose time is up; the jobs' futures are dropped. One that
    /// is being settled hears from the settler what became of it.
    pub(super) fn forget(&self, missing: &[Member], now: Instant) -> usize {
        self.with(|held| {
            let before = held.len();
            held.retain(|member, lease| {
                let gone = missing.contains(member) && !lease.watch.is_settling();
                let keep = lease.believed_until > now && !gone;
                if !keep {
                    lease.watch.end(End::Lost);
                }
                keep
            });
            before - held.len()
        })
    }

    pub(super) fn first_doubt(&self) -> Option<Instant> {
        self.with(|held| held.values().map(|lease| lease.believed_until).min())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.with(|held| held.is_empty())
    }

    fn with<T>(&self, change: impl FnOnce(&mut HashMap<Member, Lease>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn lease(held: &Held, n: u8, believed_until: Instant) -> (Member, Arc<Watch>) {
        let member = Member::read(&[n; crate::entry::MEMBER]).unwrap();
        let watch = Arc::<Watch>::default();
        let lease = Lease {
            believed_until,
            watch: watch.clone(),
        };
        held.with(|held| held.insert(member, lease));
        (member, watch)
    }

    #[tokio::test]
    async fn what_is_missing_is_lost_but_not_what_we_are_settling() {
        let (held, now) = (Held::default(), Instant::now());
        let later = now + Duration::from_secs(1);
        let (lost, _) = lease(&held, 1, later);
        let (settled, watch) = lease(&held, 2, later);
        watch.settle();
        assert_eq!(held.forget(&[lost, settled], now), 1);
        assert_eq!(held.members(), [settled]);
    }

    #[tokio::test]
    async fn whose_time_is_up_is_lost_even_while_settling() {
        let (held, now) = (Held::default(), Instant::now());
        let (_, watch) = lease(&held, 1, now);
        watch.settle();
        assert_eq!(held.forget(&[], now), 1);
        watch.lost().await;
    }
}
