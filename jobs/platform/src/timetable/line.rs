//! One line of the timetable, as it is written: when, what, and what becomes of a tick that was missed.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use serde::Serialize;

use super::{Gap, Overlap, Unfinished};
use crate::{NewJob, QueueError};

/// The job of the tick at this instant.
///
/// A function pointer and not a closure: what a tick runs depends on its instant alone, so that it
/// can be fired again tomorrow by another replica and be the same job.
pub type MakeJob = fn(Timestamp) -> Result<NewJob, QueueError>;

/// What becomes of ticks that come late. A tick at most [`super::ON_TIME`] old is not late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// It is not fired.
    Skip,
    /// The newest is fired; it stands for the older ones.
    Latest,
    /// Each is fired, the newest `max` of them.
    All { max: u16 },
}

#[derive(Debug, Clone)]
pub struct Line {
    pub(super) id: String,
    pub(super) when: String,
    pub(super) zone: String,
    pub(super) gap: Gap,
    pub(super) overlap: Overlap,
    pub(super) policy: Policy,
    pub(super) window: Duration,
    pub(super) unfinished: Unfinished,
    pub(super) jitter: Duration,
    pub(super) job: MakeJob,
}

impl Line {
    /// In UTC; the latest missed tick is caught up within an hour.
    pub fn new(id: &str, when: &str, job: MakeJob) -> Self {
        Self {
            id: id.into(),
            when: when.into(),
            zone: "UTC".into(),
            gap: Gap::default(),
            overlap: Overlap::default(),
            policy: Policy::Latest,
            window: Duration::from_hours(1),
            unfinished: Unfinished::default(),
            jitter: Duration::ZERO,
            job,
        }
    }

    /// The IANA zone whose clocks `when` is read on.
    #[must_use]
    pub fn zone(mut self, zone: &str) -> Self {
        self.zone = zone.into();
        self
    }

    #[must_use]
    pub fn gap(mut self, gap: Gap) -> Self {
        self.gap = gap;
        self
    }

    #[must_use]
    pub fn overlap(mut self, overlap: Overlap) -> Self {
        self.overlap = overlap;
        self
    }

    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// How old a tick may be and still be fired.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// What becomes of a tick whose schedule's previous run has not finished.
    #[must_use]
    pub fn unfinished(mut self, unfinished: Unfinished) -> Self {
        self.unfinished = unfinished;
        self
    }

    /// Moves all its instants by the same part of this, so that lines written alike are not due at
    /// once. Which part follows from its id.
    #[must_use]
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skip => f.write_str("skip"),
            Self::Latest => f.write_str("latest"),
            Self::All { max } => write!(f, "all, at most {max}"),
        }
    }
}
