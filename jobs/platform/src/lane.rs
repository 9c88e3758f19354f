//! One partition of one queue: its keys and its policy, worked out once.

use crate::{Policy, Queue, keys::Keys, now::Now};

#[derive(Debug, Clone)]
pub(crate) struct Lane {
    pub(crate) keys: Keys,
    pub(crate) policy: Policy,
    pub(crate) now: Now,
}

impl Queue {
    pub(crate) fn lane(&self, queue: &str, partition: u16) -> Lane {
        Lane {
            keys: Keys::new(&self.prefix, queue, partition),
            policy: self.policies.of(queue),
            now: self.now.clone(),
        }
    }
}
