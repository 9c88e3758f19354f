//! What may go wrong between us and Postgres, by what to do about it.

use std::fmt;

use sqlx::{error::DatabaseError, migrate::MigrateError};

/// What passes by itself: shutting down, starting, too many connections, cut off in time, gone
/// read-only; and two transactions in each other's way.
const PASSING: [&str; 9] = [
    "57P01", "57P02", "57P03", "53300", "57014", "25006", "40001", "40P01", "55P03",
];

#[derive(thiserror::Error)]
pub enum StoreError {
    #[error(
        "DATABASE_URL is no URL of a Postgres database; one reads postgres://user@host:5432/name"
    )]
    Url,
    #[error("Postgres can't be reached; what was asked may have happened")]
    Unreachable(#[source] sqlx::Error),
    #[error("Postgres did not answer in time; what was asked may have happened")]
    Timeout,
    #[error("this address has an account already")]
    EmailTaken,
    /// What was to be stored is out of its bounds.
    #[error("Postgres refuses this value")]
    Invalid(#[source] sqlx::Error),
    #[error("the schema can't be brought up to date")]
    Migrate(#[source] MigrateError),
    #[error("Postgres refused a statement")]
    Refused(#[source] sqlx::Error),
}

/// Without the details that Postgres adds, for they quote rows: addresses among them.
impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match std::error::Error::source(self) {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StoreError {
    /// Whether the same may well succeed later without anybody changing anything.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Timeout)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) => match refusal.constraint() {
                Some("users_email") => Self::EmailTaken,
                _ => Self::refused(&code(refusal.as_ref()), error),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unreachable(error),
            _ => Self::Refused(error),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) => match Self::from(error) {
                Self::Invalid(error) | Self::Refused(error) => {
                    Self::Migrate(MigrateError::Execute(error))
                }
                other => other,
            },
            error => Self::Migrate(error),
        }
    }
}

impl StoreError {
    fn refused(code: &str, error: sqlx::Error) -> Self {
        match code {
            "23502" | "23503" | "23514" => Self::Invalid(error),
            code if PASSING.contains(&code) || code.starts_with("08") => Self::Unreachable(error),
            code if code.starts_with("22") => Self::Invalid(error),
            _ => Self::Refused(error),
        }
    }
}

fn code(refusal: &dyn DatabaseError) -> String {
    refusal.code().unwrap_or_default().into_owned()
}
