//! The leases this process believes in, and until when.
//!
//! Belief ends before the lease does, counted from before Redis was asked, so that a slow answer or a
//! long pause never makes us run a job that is already another's.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::entry::Member;

#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<Member, Lease>>);

struct Lease {
    believed_until: Instant,
    watch: Watch,
    /// Why its job is to stop.
    reason: Option<String>,
}

/// What the future of a job watches while it runs.
#[derive(Clone, Default)]
pub(super) struct Watch {
    /// The lease is lost: whatever the job does now is another's.
    pub(super) lost: CancellationToken,
    /// The job is to stop; the lease is still ours.
    pub(super) cancelled: CancellationToken,
}

impl Held {
    pub(super) fn add(&self, members: impl IntoIterator<Item = Member>, believed_until: Instant) {
        let lease = |member| {
            let lease = Lease {
                believed_until,
                watch: Watch::default(),
                reason: None,
            };
            (member, lease)
        };
        self.with(|held| held.extend(members.into_iter().map(lease)));
    }

    /// Lost already, if it is not held.
    pub(super) fn watch(&self, member: &Member) -> Watch {
        let watch = self.with(|held| held.get(member).map(|lease| lease.watch.clone()));
        watch.unwrap_or_else(|| {
            let watch = Watch::default();
            watch.lost.cancel();
            watch
        })
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
                if let Some(lease) = held.get_mut(&member) {
                    lease.reason = Some(why);
                    lease.watch.cancelled.cancel();
                }
            }
        });
    }

    pub(super) fn reason(&self, member: &Member) -> String {
        let reason = self.with(|held| held.get(member).and_then(|lease| lease.reason.clone()));
        reason.unwrap_or_default()
    }

    /// Stops believing in these, and in all whose time is up; the jobs' futures are dropped.
    pub(super) fn forget(&self, missing: &[Member], now: Instant) -> usize {
        self.with(|held| {
            let before = held.len();
            held.retain(|member, lease| {
                let keep = lease.believed_until > now && !missing.contains(member);
                if !keep {
                    lease.watch.lost.cancel();
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
