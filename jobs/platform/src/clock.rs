//! Where "now" comes from, for who may not ask Redis or Postgres.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

/// The system's clock, or one that a test moves.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<Mutex<Timestamp>>>);

impl Clock {
    pub fn system() -> Self {
        Self(None)
    }

    /// Stands still at `start` until [`Clock::advance`] moves it.
    pub fn at(start: Timestamp) -> Self {
        Self(Some(Arc::new(Mutex::new(start))))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the system"
    )]
    pub fn now(&self) -> Timestamp {
        self.0.as_ref().map_or_else(Timestamp::now, |moved| {
            *moved.lock().unwrap_or_else(PoisonError::into_inner)
        })
    }

    /// Moves a test's clock; the system's stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Some(moved) = &self.0 {
            let mut now = moved.lock().unwrap_or_else(PoisonError::into_inner);
            *now = now.saturating_add(by).unwrap_or(*now);
        }
    }
}
