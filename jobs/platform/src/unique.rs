//! What makes a job the only one of its sort, and for how long.

use std::time::Duration;

/// How long a unique key is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Until a worker claims the job: one may wait while another runs.
    UntilStarted,
    /// Until the job is done, dead or cancelled.
    UntilDone,
    /// From its acceptance on, whatever becomes of the job: one a day, one an hour. To the ms.
    Window(Duration),
}

/// A key, and for how long it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unique {
    pub(crate) key: String,
    pub(crate) scope: Scope,
}

impl Scope {
    /// For the script that accepts the job: ms, or nothing if the job itself holds the key.
    pub(crate) fn window_ms(self) -> Option<u64> {
        match self {
            Self::Window(long) => Some(crate::queue::ms(long)),
            Self::UntilStarted | Self::UntilDone => None,
        }
    }
}
