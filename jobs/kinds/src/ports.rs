//! The doors to the outside world: what honeyDue asks of whoever carries its messages.
//!
//! An adapter knows its protocol and nothing of the ledger; the ledger knows nothing of protocols.
//! They meet in [`Commit`], which the adapter calls at the last moment at which it can still turn
//! back, and in [`Sent`], which says what became of the message in words that hold for every
//! protocol.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;

/// One message to one person.
pub struct Email {
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Without angle brackets, and a function of the delivery: a second copy carries the same.
    pub message_id: String,
    /// What the `Date` header says. Redis's time, not the machine's: a worker's clock may be wrong.
    pub at: Timestamp,
}

/// Ids only: whoever logs a message must not log the person with it.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email")
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}

/// The ledger's step right before the point of no return.
#[async_trait]
pub trait Commit: Send + Sync {
    /// `Ok(false)`: another has this delivery, do not send. `Err`: nobody knows, do not send
    /// either.
    async fn commit(&self) -> Result<bool, anyhow::Error>;
}

/// Carries mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends `email` if `commit` says so. Ends by itself within the adapter's own limit, which is
    /// shorter than a job's.
    async fn send(&self, email: &Email, commit: &dyn Commit) -> Sent;
}

/// What became of a message. The texts are for the ledger and the operator, and hold no address.
#[derive(Debug)]
pub enum Sent {
    /// The provider took it.
    Yes { answer: String },
    /// The ledger gave it to another.
    NotMine,
    /// Not taken: the provider says that the address is bad.
    Bounced { answer: String },
    /// Not taken, and never will be, but that is not the address's fault: policy, content.
    Refused { answer: String },
    /// Surely not taken; worth another attempt.
    Failed(anyhow::Error),
    /// Not asked: the provider is away or won't have us. It says nothing about this message, so no
    /// attempt is used up. Only ever said before the commit.
    Later(Duration, String),
    /// It may or may not have gone: the connection ended after the message and before the answer.
    Unknown(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_in_a_log_names_nobody() {
        let email = Email {
            to: "ada@example.com".into(),
            to_name: "Ada".into(),
            subject: "Hi Ada".into(),
            text: "Hi Ada".into(),
            html: "Hi Ada".into(),
            message_id: "d-7@honeydue.example.com".into(),
            at: Timestamp::UNIX_EPOCH,
        };
        let logged = format!("{email:?}");
        assert!(logged.contains("d-7@honeydue"), "{logged}");
        assert!(!logged.to_lowercase().contains("ada"), "{logged}");
    }
}
