//! Why something was not done, by what to do about it.

use std::time::Duration;

use platform::QueueError;
use store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The caller's mistake, named.
    #[error("{0}")]
    Wrong(String),
    #[error("{0}")]
    NotFound(String),
    /// Nothing was changed, for this reason.
    #[error("{0}")]
    Refused(String),
    #[error("{0} did not answer within {1:?}; is it up, and its URL right?")]
    Silent(&'static str, Duration),
    #[error(transparent)]
    Redis(#[from] QueueError),
    #[error(transparent)]
    Postgres(#[from] StoreError),
}

impl Trouble {
    pub fn is_unreachable(&self) -> bool {
        match self {
            Self::Silent(..) => true,
            Self::Redis(error) => error.is_unreachable(),
            Self::Postgres(error) => error.is_unreachable(),
            Self::Wrong(_) | Self::NotFound(_) | Self::Refused(_) => false,
        }
    }
}
