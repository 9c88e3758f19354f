//! The token that moves while a job's record stands still.
//!
//! An entry is id + attempt + lost, both saturating bytes. Under lease it becomes a member: the entry
//! and the fence of the claim. The member *is* the fence: who does not hold it can settle nothing.

use std::sync::atomic::{AtomicU32, Ordering};

use uuid::Uuid;

use crate::{JobId, QueueError};

pub(crate) const ENTRY: usize = 18;
pub(crate) const MEMBER: usize = 30;

/// A job and how it has fared: what waits in `ready` and `due`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: JobId,
    pub(crate) attempt: u8,
    pub(crate) lost: u8,
}

impl Entry {
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        Some(Self {
            id: JobId::from_bytes(*id),
            attempt: *rest.first()?,
            lost: *rest.get(1)?,
        })
    }
}

/// An entry under lease: its first bytes are the entry, the rest is the fence of its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Member([u8; MEMBER]);

impl Member {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, QueueError> {
        bytes.try_into().map(Self).map_err(|_| {
            QueueError::Corrupt(format!(
                "a lease of {} bytes instead of {MEMBER}",
                bytes.len()
            ))
        })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn entry(&self) -> Entry {
        let (mut id, mut counts) = ([0; 16], [0; 2]);
        id.copy_from_slice(&self.0[..16]);
        counts.copy_from_slice(&self.0[16..ENTRY]);
        Entry {
            id: JobId::from_bytes(id),
            attempt: counts[0],
            lost: counts[1],
        }
    }
}

/// Makes the fences of one process: eight random bytes of its boot, and a number that it counts up
/// at each claim. Nothing of it lives in Redis, so a wiped Redis cannot make a fence repeat.
#[derive(Debug)]
pub(crate) struct Fences {
    boot: [u8; 8],
    calls: AtomicU32,
}

impl Fences {
    pub(crate) fn new() -> Self {
        let mut boot = [0; 8];
        boot.copy_from_slice(&Uuid::new_v4().as_bytes()[..8]);
        Self {
            boot,
            calls: AtomicU32::new(0),
        }
    }

    pub(crate) fn next(&self) -> [u8; MEMBER - ENTRY] {
        let mut fence = [0; MEMBER - ENTRY];
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        fence[..8].copy_from_slice(&self.boot);
        fence[8..].copy_from_slice(&call.to_be_bytes());
        fence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_claims_share_a_fence_within_a_process_or_across_two() {
        let (one, other) = (Fences::new(), Fences::new());
        let fences = [one.next(), one.next(), other.next(), other.next()];
        for (i, fence) in fences.iter().enumerate() {
            assert!(!fences[..i].contains(fence));
        }
    }
}
