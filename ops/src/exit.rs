//! What a failure means to a script: the exit codes of the contract.

use std::{fmt, process::ExitCode};

use operate::Trouble;
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
    /// Some of it was done.
    Partial(String),
    /// A bound that was asked about holds.
    Threshold(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(what)
            | Self::Usage(what)
            | Self::Refused(what)
            | Self::Failed(what)
            | Self::Partial(what)
            | Self::Threshold(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    fn code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::Partial(_) => 4,
            Self::Refused(_) => 5,
            Self::Threshold(_) => 7,
        }
    }
}

/// Says what went wrong, and answers with its code.
pub(crate) fn of(error: &anyhow::Error, out: &Out) -> ExitCode {
    out.aside(&format!("honeydue: {}", sentence(error)));
    let ours = error.downcast_ref().map(Refusal::code);
    let redis = || error.downcast_ref().map(of_redis);
    let postgres = || error.downcast_ref().map(of_postgres);
    let trouble = || error.downcast_ref().map(of_trouble);
    let code = ours.or_else(redis).or_else(postgres).or_else(trouble);
    ExitCode::from(code.unwrap_or(1))
}

/// Each cause once: those of Postgres repeat theirs.
fn sentence(error: &anyhow::Error) -> String {
    let mut said = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !said.contains(&cause) {
            let before = if said.is_empty() { "" } else { ": " };
            said = format!("{said}{before}{cause}");
        }
    }
    said
}

fn of_trouble(trouble: &Trouble) -> u8 {
    match trouble {
        Trouble::Wrong(_) => 2,
        Trouble::NotFound(_) => 3,
        Trouble::Refused(_) => 5,
        Trouble::Silent(..) => 6,
        Trouble::Redis(error) => of_redis(error),
        Trouble::Postgres(error) => of_postgres(error),
    }
}

fn of_redis(error: &QueueError) -> u8 {
    match error {
        QueueError::Unreachable(_) => 6,
        QueueError::Invalid(_) => 2,
        QueueError::Full | QueueError::Refused(_) | QueueError::Corrupt(_) => 1,
    }
}

/// A value that Postgres does not take is one the caller gave: a verb has no others.
fn of_postgres(error: &StoreError) -> u8 {
    match error {
        error if error.is_unreachable() => 6,
        StoreError::Url | StoreError::Invalid(_) => 2,
        _ => 1,
    }
}
