//! The doors to the outside world: what honeyDue asks of whoever carries its messages.
//!
//! An adapter knows its protocol and nothing of the ledger; the ledger knows nothing of protocols.
//! They meet in [`Commit`], which the adapter calls at the last moment at which it can still turn
//! back, and in [`Sent`], which says what became of the message in words that hold for every
//! protocol.

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::Timestamp;
use store::DeliveryId;

/// One message to one person.
pub struct Email {
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where one click ends mail of this kind. Who can't be rid of it gets none, and another sender.
    pub unsubscribe: Option<String>,
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

/// One message to one device.
pub struct Alert {
    /// What its provider knows the device by.
    pub token: String,
    pub title: String,
    pub body: String,
    /// What a tap on it opens, within the app.
    pub path: String,
    /// A second copy carries the same, and takes the first one's place on the device.
    pub id: DeliveryId,
    /// From then on nobody wants to know.
    pub expires: Timestamp,
    /// Redis's time, not the machine's: a worker's clock may be wrong.
    pub at: Timestamp,
}

/// Ids only, as for a mail.
impl fmt::Debug for Alert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alert")
            .field("id", &self.id)
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

/// Carries alerts to the devices of one provider.
#[async_trait]
pub trait Push: Send + Sync {
    /// Sends `alert` if `commit` says so, within the adapter's own limit.
    async fn send(&self, alert: &Alert, commit: &dyn Commit) -> Sent;
}

/// Who carries alerts: one for each provider.
pub struct Carriers {
    pub apns: Arc<dyn Push>,
    pub fcm: Arc<dyn Push>,
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
    /// Not taken: the provider says that the device's token is good no more, and perhaps since when.
    Gone {
        answer: String,
        since: Option<Timestamp>,
    },
    /// Not taken, and never will be, but that is not the address's fault: policy, content.
    Refused { answer: String },
    /// Surely not taken; worth another attempt.
    Failed(anyhow::Error),
    /// Surely not taken: the provider is away or busy. It says nothing about this message, so no attempt
    /// is used up.
    Later(Duration, String),
    /// As `Later`, for the provider won't have us: a person has to change something first.
    Unwelcome(Duration, String),
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
            unsubscribe: None,
            message_id: "d-7@honeydue.example.com".into(),
            at: Timestamp::UNIX_EPOCH,
        };
        let logged = format!("{email:?}");
        assert!(logged.contains("d-7@honeydue"), "{logged}");
        assert!(!logged.to_lowercase().contains("ada"), "{logged}");
    }

    #[test]
    fn an_alert_in_a_log_names_neither_person_nor_device() {
        let alert = Alert {
            token: "70ken".into(),
            title: "Ada gave you a task".into(),
            body: "Ada".into(),
            path: "/tasks/7".into(),
            id: DeliveryId::default(),
            expires: Timestamp::UNIX_EPOCH,
            at: Timestamp::UNIX_EPOCH,
        };
        let logged = format!("{alert:?}");
        assert!(logged.contains("00000000-"), "{logged}");
        assert!(
            !logged.contains("Ada") && !logged.contains("70ken"),
            "{logged}"
        );
    }
}
