//! How a job says that it did not work out.
//!
//! The default is to try again: `?` on any error does that. Giving up and waiting are said aloud, by
//! the adapter, which knows the protocol.

use std::time::Duration;

pub type Outcome = Result<(), Failure>;

/// Why a job stopped early.
///
/// It is not a `std::error::Error` on purpose: that is what lets `?` turn any error into a retry.
#[derive(Debug)]
pub enum Failure {
    /// Try again after the kind's usual wait.
    Retry(anyhow::Error),
    /// Never try again: the job waits among the dead for a human.
    Fatal(anyhow::Error),
    /// Not now: try again after this long, for this reason, without using up an attempt.
    Later(Duration, String),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Retry(error.into())
    }
}

/// Ends a job for good where retrying cannot help.
pub trait OrFatal<T> {
    fn or_fatal(self) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> OrFatal<T> for Result<T, E> {
    fn or_fatal(self) -> Result<T, Failure> {
        self.map_err(|error| Failure::Fatal(error.into()))
    }
}
