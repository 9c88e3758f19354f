//! An alert, a ledger, and both providers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use honeydue_worker::adapters::{
    apns::{self, Apns},
    fcm::{self, Fcm},
};
use jiff::{SignedDuration, Timestamp};
use kinds::ports::{Alert, Commit, Push, Sent};
use store::DeliveryId;
use uuid::Uuid;

/// Where nothing should take long, the limit is generous; where silence is the point, it is not.
pub(crate) const PATIENT: Duration = Duration::from_secs(20);
pub(crate) const HASTY: Duration = Duration::from_secs(6);

/// Of Apple's looks; Google takes any.
pub(crate) const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

pub(crate) fn alert() -> Alert {
    alert_at(now())
}

/// The providers look at their own clock.
#[expect(clippy::disallowed_methods, reason = "it stands for Redis's clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn alert_at(at: Timestamp) -> Alert {
    Alert {
        token: TOKEN.to_owned(),
        title: "Ada gave you a task".to_owned(),
        body: "Dachrinne säubern 🍂".to_owned(),
        path: "/tasks/7".to_owned(),
        id: DeliveryId(Uuid::new_v4()),
        expires: at + SignedDuration::from_hours(1),
        at,
    }
}

pub(crate) async fn apple() -> standins::Apns {
    standins::Apns::start(Arc::default())
        .await
        .expect("a stand-in of APNs")
}

pub(crate) fn apns(to: &standins::Apns) -> Apns {
    apns_within(to, PATIENT)
}

pub(crate) fn apns_within(to: &standins::Apns, whole: Duration) -> Apns {
    Apns::new(&apns_settings(to), whole).expect("settings of the stand-in")
}

pub(crate) fn apns_settings(to: &standins::Apns) -> apns::Settings<'_> {
    apns::Settings {
        auth_key: to.auth_key().as_bytes(),
        key_id: standins::apns::KEY_ID,
        team_id: standins::apns::TEAM_ID,
        topic: standins::apns::TOPIC,
        host: to.host(),
        extra_ca: Some(to.ca_pem().as_bytes()),
    }
}

pub(crate) async fn google() -> standins::Fcm {
    standins::Fcm::start(Arc::default())
        .await
        .expect("a stand-in of FCM")
}

pub(crate) fn fcm(to: &standins::Fcm) -> Fcm {
    fcm_within(to, PATIENT)
}

pub(crate) fn fcm_within(to: &standins::Fcm, whole: Duration) -> Fcm {
    fcm_trusting(to, Some(to.ca_pem()), whole)
}

pub(crate) fn fcm_trusting(to: &standins::Fcm, ca: Option<&str>, whole: Duration) -> Fcm {
    let credentials = to.credentials();
    let settings = fcm::Settings {
        credentials: credentials.as_bytes(),
        host: to.host(),
        extra_ca: ca.map(str::as_bytes),
    };
    Fcm::new(&settings, whole).expect("settings of the stand-in")
}

/// A ledger that answers what the test wants, and counts how often it was asked.
pub(crate) struct Ledger {
    answer: fn() -> anyhow::Result<bool>,
    asked: AtomicUsize,
}

impl Ledger {
    pub(crate) fn agreeing() -> Ledger {
        Ledger::saying(|| Ok(true))
    }

    pub(crate) fn saying(answer: fn() -> anyhow::Result<bool>) -> Ledger {
        let asked = AtomicUsize::default();
        Ledger { answer, asked }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Commit for Ledger {
    async fn commit(&self) -> anyhow::Result<bool> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        (self.answer)()
    }
}

/// Sends one alert by a ledger that agrees; also says how often that was asked.
pub(crate) async fn send(by: &dyn Push, alert: &Alert) -> (Sent, usize) {
    let ledger = Ledger::agreeing();
    let sent = by.send(alert, &ledger).await;
    let said = format!("{sent:?}");
    assert!(
        !said.contains(&alert.token),
        "a verdict names the device: {said}"
    );
    (sent, ledger.asked())
}

/// A verdict in a word.
pub(crate) fn word(sent: &Sent) -> &'static str {
    match sent {
        Sent::Yes { .. } => "yes",
        Sent::NotMine => "not mine",
        Sent::Bounced { .. } => "bounced",
        Sent::Gone { .. } => "gone",
        Sent::Refused { .. } => "refused",
        Sent::Failed(_) => "failed",
        Sent::Unknown(_) => "unknown",
        Sent::Later(..) => "away",
        Sent::Unwelcome(..) => "unwelcome",
    }
}
