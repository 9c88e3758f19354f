//! Whether this scheduler leads, and until when it may believe so.

use std::{fmt, time::Duration};

use jiff::SignedDuration;
use platform::{Pace, leader::Asked};

use crate::action::Moment;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Another may be leading. It asks at `ask_at`, with a term that it took for this one question.
    Following {
        ask_at: Moment,
        term: Option<i64>,
    },
    Leading(Leadership),
}

/// One unbroken leadership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leadership {
    pub term: i64,
    /// Counted from before the asking, so that a slow answer never stretches a term.
    pub trusted_until: Moment,
    /// When it was last asked for with success.
    pub renewed_at: Moment,
    pub renew_at: Moment,
    /// The timetable versions that asked to lead, when it was last renewed.
    pub asked: Vec<Asked>,
    /// An operator wants another to lead.
    pub step_down: bool,
}

/// What keeps a scheduler from leading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    EmptyTimetable,
    ClockOff(SignedDuration),
    NewerTimetable { mine: u32, newer: u32 },
    NoPostgres,
}

impl Standing {
    pub(crate) fn follow_from(ask_at: Moment) -> Self {
        Self::Following { ask_at, term: None }
    }
}

impl Leadership {
    /// Granted by an answer to what was asked at `asked`. It is renewed at once: only that answer
    /// tells whether a newer timetable wants to lead.
    pub(crate) fn granted(term: i64, asked: Moment, pace: &Pace) -> Self {
        Self {
            term,
            trusted_until: asked + trust(pace),
            renewed_at: asked,
            renew_at: asked,
            asked: Vec::new(),
            step_down: false,
        }
    }

    pub(crate) fn renewed(&mut self, at: Moment, asked: Vec<Asked>, step_down: bool, pace: &Pace) {
        self.trusted_until = at + trust(pace);
        self.renewed_at = at;
        self.renew_at = at + pace.leader_renew;
        (self.asked, self.step_down) = (asked, step_down);
    }

    /// The newest timetable that ever asked to lead, if it is newer than this version.
    pub fn newer_than(&self, version: u32) -> Option<Asked> {
        let newer = self.asked.iter().filter(|asked| asked.version > version);
        newer.max_by_key(|asked| asked.version).copied()
    }
}

/// A lease is believed less long than it lasts: clocks run at different speeds.
fn trust(pace: &Pace) -> Duration {
    pace.leader_ttl.saturating_sub(pace.trust_margin)
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyTimetable => f.write_str("its timetable is empty"),
            Self::ClockOff(ahead) => {
                let side = if ahead.is_negative() {
                    "behind"
                } else {
                    "ahead of"
                };
                write!(f, "its clock is {:#} {side} Redis's", ahead.abs())
            }
            Self::NewerTimetable { mine, newer } => {
                write!(
                    f,
                    "its timetable has version {mine}, and one of version {newer} asked to lead"
                )
            }
            Self::NoPostgres => f.write_str("Postgres does not answer"),
        }
    }
}
