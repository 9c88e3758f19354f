//! What a failure means to a script: the exit codes of the contract.

use std::{fmt, process::ExitCode};

use platform::QueueError;
use store::StoreError;

use crate::out::Out;

/// An error that has a code of its own.
#[derive(Debug)]
pub(crate) enum Refusal {
    NotFound(String),
    Usage(String),
    Refused(String),
    Failed(String),
    Unreachable(&'static str),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(what) | Self::Usage(what) | Self::Refused(what) | Self::Failed(what) => {
                f.write_str(what)
            }
            Self::Unreachable(what) => write!(
                f,
                "{what} did not answer within 2 s; is it up, and its URL right?"
            ),
        }
    }
}

impl std::error::Error for Refusal {}

/// Says what went wrong, and answers with its code.
pub(crate) fn of(error: &anyhow::Error, out: &Out) -> ExitCode {
    out.aside(&format!("honeydue: {error:#}"));
    let unreachable = error
        .downcast_ref::<QueueError>()
        .is_some_and(QueueError::is_unreachable)
        || error
            .downcast_ref::<StoreError>()
            .is_some_and(StoreError::is_unreachable);
    ExitCode::from(match error.downcast_ref::<Refusal>() {
        Some(Refusal::Usage(_)) => 2,
        Some(Refusal::NotFound(_)) => 3,
        Some(Refusal::Refused(_)) => 5,
        Some(Refusal::Unreachable(_)) => 6,
        None if unreachable => 6,
        Some(Refusal::Failed(_)) | None => 1,
    })
}
