//! Where "now" comes from, for who may not ask Redis or Postgres.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

/// The system's clock, or one that a test moves.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    moved: Option<Arc<Mutex<Timestamp>>>,
    ahead: SignedDuration,
}

impl Clock {
    pub fn system() -> Self {
        Self::default()
    }

    /// Stands still at `start` until [`Clock::advance`] moves it.
    pub fn at(start: Timestamp) -> Self {
        Self {
            moved: Some(Arc::new(Mutex::new(start))),
            ..Self::default()
        }
    }

    /// Runs as the system's does, and is wrong by as much.
    pub fn wrong_by(ahead: SignedDuration) -> Self {
        Self {
            ahead,
            ..Self::default()
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the system"
    )]
    pub fn now(&self) -> Timestamp {
        let right = self.moved.as_ref().map_or_else(Timestamp::now, |moved| {
            *moved.lock().unwrap_or_else(PoisonError::into_inner)
        });
        right.saturating_add(self.ahead).unwrap_or(right)
    }

    /// Moves a test's clock; the system's stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Some(moved) = &self.moved {
            let mut now = moved.lock().unwrap_or_else(PoisonError::into_inner);
            *now = now.saturating_add(by).unwrap_or(*now);
        }
    }
}
