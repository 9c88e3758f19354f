//! A mail, a ledger, and a server to send it to.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use honeydue_worker::adapters::smtp::Smtp;
use kinds::ports::{Commit, Email, Mailer, Sent};

use crate::peer::{
    Cue::{self, Silence},
    Peer,
};

/// Where nothing should take long, the limit is generous; where silence is the point, it is not.
pub(crate) const PATIENT: Duration = Duration::from_secs(20);
pub(crate) const HASTY: Duration = Duration::from_secs(3);

pub(crate) const FROM: &str = "honeyDue <hello@example.com>";

pub(crate) fn email() -> Email {
    Email {
        to: "ada@example.com".into(),
        to_name: "Ada".into(),
        subject: "Due today: Clear the gutter".into(),
        text: "Hi Ada,\n.\nthat was a dot.\n".into(),
        html: "<p>Hi Ada</p>".into(),
        unsubscribe: None,
        message_id: "d-7@honeydue.example.com".into(),
        at: "2026-11-20T14:00:05Z".parse().expect("a time"),
    }
}

/// All that a mail may hold and a server may spoil: dots, a line longer than SMTP carries, and
/// letters that are not ASCII.
pub(crate) fn letter() -> Email {
    let long = "the gutter, ".repeat(200);
    Email {
        to: "zoe@example.com".into(),
        to_name: "Zoë".into(),
        subject: "Fällig: Dachrinne säubern 🍂".into(),
        text: format!("Hallo Zoë,\n.\n..\n.two lines of dots\n{long}\n\nbis bald\n"),
        html: format!("<p>Hallo Zoë</p>\n.\n<p>{long}</p>\n"),
        message_id: "d-8@honeydue.example.com".into(),
        ..email()
    }
}

pub(crate) fn smtp(url: &str) -> Smtp {
    trusting(url, None)
}

pub(crate) fn trusting(url: &str, ca: Option<&str>) -> Smtp {
    Smtp::new(url, FROM, ca.map(str::as_bytes))
        .expect("a URL and a sender")
        .within(PATIENT)
}

/// A ledger that answers what the test wants, and remembers what the server had heard by then.
pub(crate) struct Ledger<'a> {
    peer: &'a Peer,
    answer: fn() -> anyhow::Result<bool>,
    pub(crate) heard: Mutex<Vec<Vec<String>>>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn saying(answer: fn() -> anyhow::Result<bool>, peer: &'a Peer) -> Ledger<'a> {
        let heard = Mutex::default();
        Ledger {
            peer,
            answer,
            heard,
        }
    }

    pub(crate) fn agreeing(peer: &'a Peer) -> Ledger<'a> {
        Ledger::saying(|| Ok(true), peer)
    }

    pub(crate) fn asked(&self) -> usize {
        self.heard
            .lock()
            .expect("nobody panics while holding it")
            .len()
    }
}

#[async_trait]
impl Commit for Ledger<'_> {
    async fn commit(&self) -> anyhow::Result<bool> {
        self.heard
            .lock()
            .expect("nobody panics while holding it")
            .push(self.peer.verbs());
        (self.answer)()
    }
}

/// A ledger that agrees, and counts how often it was asked.
#[derive(Default)]
pub(crate) struct Tally(AtomicUsize);

impl Tally {
    pub(crate) fn asked(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Commit for Tally {
    async fn commit(&self) -> anyhow::Result<bool> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(true)
    }
}

/// Sends one mail to a server with these cues; also says whether the ledger was asked.
pub(crate) async fn send_to(cues: &[(&'static str, Cue)]) -> (Sent, bool, Peer) {
    let peer = Peer::start(cues).await;
    let ledger = Ledger::agreeing(&peer);
    let is_silent = cues.iter().any(|(_, cue)| matches!(cue, Silence));
    let limit = if is_silent { HASTY } else { PATIENT };
    let sent = smtp(&peer.url())
        .within(limit)
        .send(&email(), &ledger)
        .await;
    let asked = ledger.asked() > 0;
    (sent, asked, peer)
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
        Sent::Unwelcome(..) => "unwelcome",
        Sent::Later(..) => "away",
    }
}
