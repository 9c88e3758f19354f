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
    lost: CancellationToken,
}

impl Held {
    pub(super) fn add(&self, members: impl IntoIterator<Item = Member>, believed_until: Instant) {
        self.with(|held| {
            held.extend(members.into_iter().map(|member| {
                let lost = CancellationToken::new();
                (
                    member,
                    Lease {
                        believed_until,
                        lost,
                    },
                )
            }));
        });
    }

    /// Cancelled when the lease is lost; already so if it is not held.
    pub(super) fn lost(&self, member: &Member) -> CancellationToken {
        let token = self.with(|held| held.get(member).map(|lease| lease.lost.clone()));
        token.unwrap_or_else(|| {
            let lost = CancellationToken::new();
            lost.cancel();
            lost
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

    /// Stops believing in these, and in all whose time is up; the jobs' futures are dropped.
    pub(super) fn forget(&self, missing: &[Member], now: Instant) -> usize {
        self.with(|held| {
            let before = held.len();
            held.retain(|member, lease| {
                let keep = lease.believed_until > now && !missing.contains(member);
                if !keep {
                    lease.lost.cancel();
                }
                keep
            });
            before - held.len()
        })
    }

    pub(super) fn first_doubt(&self) -> Option<Instant> {
        self.with(|held| held.values().map(|lease| lease.believed_until).min())
    }

    fn with<T>(&self, change: impl FnOnce(&mut HashMap<Member, Lease>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
