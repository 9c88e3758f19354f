//! What a scheduler may do next: one call on Redis or Postgres, or none.
//!
//! One action is one call, so that between any two of them the process may be paused, killed or
//! overtaken, and [`crate::decide`] looks at the clock anew before the next.

use std::{fmt, time::Duration};

use jiff::{SignedDuration, Timestamp};
use platform::{
    leader::{Fired, Held, Renewed},
    timetable::TickId,
};

use crate::ticks::Ticks;

/// A reading of the monotonic clock: how long the process has been running.
pub type Moment = Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Nothing to do before this moment, unless something is learnt meanwhile.
    Wait {
        until: Moment,
    },
    /// Nothing to do ever: told to stop, and not leading.
    Stop,

    ReadClock,
    TakeTerm,
    Hold {
        term: i64,
    },
    Renew {
        term: i64,
    },
    LetGo {
        term: i64,
    },

    /// Read watermarks and pending rows.
    Look,
    /// A schedule new to Postgres, or changed: it looks back zero.
    Begin {
        schedule: String,
        at: Timestamp,
        spec: String,
    },
    /// Ticks older than the window share one row.
    SkipShared {
        schedule: String,
        from: Timestamp,
        to: Timestamp,
        count: usize,
    },
    /// Each of these gets a row.
    Skip {
        schedule: String,
        instants: Vec<Timestamp>,
        why: Why,
    },

    /// Step one of firing: the row, `pending`.
    Record {
        tick: TickId,
    },
    /// Which runs of its schedule have not finished, for a schedule that minds.
    ReadUnfinished {
        tick: TickId,
        within: Duration,
    },
    /// Step two: fence, dedupe and enqueue, unless one of those it would come behind still runs.
    Fire {
        tick: TickId,
        term: i64,
        behind: Vec<TickId>,
    },
    /// Step two for a tick that came too late: was it fired before?
    AskFired {
        tick: TickId,
        term: i64,
        why: Why,
    },
    /// Step three: `pending` → `fired`. How late says nothing of a tick that was asked for.
    MarkFired {
        tick: TickId,
        term: i64,
        late: Option<Duration>,
    },
    /// Step three for a tick that was not fired.
    MarkSkipped {
        tick: TickId,
        why: Why,
    },
}

/// Why a tick was not fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    Late,
    Superseded,
    TooLate,
    /// The operator's reason.
    Paused(String),
    /// Its schedule's previous run.
    Unfinished,
    OneWaits,
    NotInTimetable,
    NoJob(String),
}

/// Where an action goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Redis,
    Postgres,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Redis's clock, and how far ahead of it ours is.
    Clock {
        redis: Timestamp,
        ahead: SignedDuration,
    },
    Term(i64),
    Held(Held),
    Renewed(Renewed),
    Ticks(Ticks),
    /// Whether the row is new; one that stood already is another's decision.
    Recorded(bool),
    Unfinished(Vec<TickId>),
    Fired(Fired),
    /// The line makes no job that the queue would take.
    NoJob(String),
    Done,
    /// No answer, or a refusal. What was asked may have happened.
    Failed,
}

impl Action {
    pub fn place(&self) -> Place {
        match self {
            Self::ReadClock
            | Self::Hold { .. }
            | Self::Renew { .. }
            | Self::LetGo { .. }
            | Self::Fire { .. }
            | Self::AskFired { .. } => Place::Redis,
            _ => Place::Postgres,
        }
    }
}

impl Why {
    /// As a metric's label.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Superseded => "superseded",
            Self::TooLate => "too_late",
            Self::Paused(_) => "paused",
            Self::Unfinished => "unfinished",
            Self::OneWaits => "one_waits",
            Self::NotInTimetable => "not_in_timetable",
            Self::NoJob(_) => "no_job",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late => f.write_str("late"),
            Self::Superseded => f.write_str("superseded"),
            Self::TooLate => f.write_str("too late"),
            Self::Paused(reason) => write!(f, "paused: {reason}"),
            Self::Unfinished => f.write_str("the previous run has not finished"),
            Self::OneWaits => f.write_str("one waits already for the previous run"),
            Self::NotInTimetable => f.write_str("not in the timetable"),
            Self::NoJob(error) => write!(f, "no job: {error}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redis => "Redis",
            Self::Postgres => "Postgres",
        })
    }
}
