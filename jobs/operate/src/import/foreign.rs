//! A job as it stands in another queue.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

/// Where it stands there, in that queue's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stands {
    Pending,
    Scheduled,
    Retry,
    /// Given up.
    Archived,
    /// Waits to be put together with others.
    Aggregating,
    /// Somebody there has begun it, and does not answer any more.
    Orphaned,
    /// Somebody there runs it now.
    Active,
}

impl Stands {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Scheduled => "scheduled",
            Self::Retry => "retry",
            Self::Archived => "archived",
            Self::Aggregating => "aggregating",
            Self::Orphaned => "orphaned",
            Self::Active => "active",
        }
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Scheduled,
            Self::Retry,
            Self::Archived,
            Self::Aggregating,
            Self::Orphaned,
        ]
        .into_iter()
        .find(|one| one.as_str() == text)
    }
}

impl fmt::Display for Stands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    pub id: String,
    pub queue: String,
    pub stands: Stands,
    pub kind: String,
    pub payload: Vec<u8>,
    /// Not before then.
    pub due: Option<Timestamp>,
    /// Not after then.
    pub deadline: Option<Timestamp>,
    pub attempts: u8,
    pub error: String,
    /// The key in the other Redis that makes it the only one of its sort.
    pub lock: Option<String>,
}
