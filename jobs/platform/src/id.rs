//! The name of one job: sixteen bytes, written as a UUID.
//!
//! The first two bytes are its route, from which the partition follows, so that whoever knows the id
//! knows where the job stands. For a job with a unique key the route is made from the key, else from
//! the rest of the id; an id given by the caller is taken as it is.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(Uuid);

impl JobId {
    /// A fresh id, routed by `unique` if there is one.
    pub fn fresh(unique: Option<&str>) -> Self {
        let mut bytes = *Uuid::new_v4().as_bytes();
        let route = unique.map_or_else(|| hash(&bytes[2..]), |key| hash(key.as_bytes()));
        bytes[..2].copy_from_slice(&route.to_be_bytes());
        Self(Uuid::from_bytes(bytes))
    }

    /// The same id for the same text, always: how a tick names its job.
    pub fn derived_from(text: &str) -> Self {
        Self(Uuid::new_v5(&Uuid::NAMESPACE_URL, text.as_bytes()))
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    pub const fn as_uuid(&self) -> Uuid {
        self.0
    }

    /// In which of so many partitions it stands.
    pub(crate) fn partition(self, partitions: u16) -> u16 {
        self.route() % partitions.max(1)
    }

    /// What its partition follows from.
    fn route(self) -> u16 {
        u16::from_be_bytes([self.as_bytes()[0], self.as_bytes()[1]])
    }
}

/// FNV-1a, folded to the two bytes of a route: any spread will do, but it must never change.
fn hash(bytes: &[u8]) -> u16 {
    let full = bytes.iter().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    let [a, b, c, d] = full.to_be_bytes();
    u16::from_be_bytes([a ^ c, b ^ d])
}

impl From<Uuid> for JobId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl FromStr for JobId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_with_one_unique_key_share_a_route_and_not_an_id() {
        let (a, b) = (JobId::fresh(Some("user:7")), JobId::fresh(Some("user:7")));
        assert_eq!(a.route(), b.route());
        assert_ne!(a, b);
    }

    #[test]
    fn a_derived_id_is_the_same_every_time() {
        let id = JobId::derived_from("sweep@2026-11-21T14:00:00Z");
        assert_eq!(id, JobId::derived_from("sweep@2026-11-21T14:00:00Z"));
        assert_eq!(id.to_string().parse::<JobId>().unwrap(), id);
    }

    #[test]
    fn fresh_ids_spread_over_the_partitions() {
        let mut counts = [0_u32; 4];
        for _ in 0..4000 {
            counts[usize::from(JobId::fresh(None).route() % 4)] += 1;
        }
        assert!(
            counts.iter().all(|count| (800..1200).contains(count)),
            "{counts:?}"
        );
    }
}
