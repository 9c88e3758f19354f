//! A scheduler process, and the one call it is waiting for.

use std::{sync::Arc, time::Duration};

use honeydue_scheduler::{Action, Answer, Moment, Seen};
use jiff::SignedDuration;
use platform::{Pace, timetable::Timetable};

pub(crate) struct Process {
    pub(crate) seen: Seen,
    pub(crate) boot: u64,
    /// How far its clock is ahead.
    pub(crate) ahead: SignedDuration,
    pub(crate) began: Duration,
    pub(crate) next: Duration,
    pub(crate) doing: Doing,
}

pub(crate) enum Doing {
    Nothing,
    /// On its way to the place.
    Asking {
        action: Action,
        asked: Moment,
        lost: bool,
    },
    /// On its way back.
    Hearing {
        action: Action,
        asked: Moment,
        answer: Answer,
    },
}

impl Process {
    pub(crate) fn boot(boot: u64, timetable: &Arc<Timetable>, at: Duration) -> Self {
        Self {
            seen: Seen::new(Arc::clone(timetable), Pace::STANDARD),
            boot,
            ahead: SignedDuration::ZERO,
            began: at,
            next: at,
            doing: Doing::Nothing,
        }
    }

    pub(crate) fn leads(&self) -> bool {
        self.seen.leading().is_some()
    }
}
