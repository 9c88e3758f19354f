//! The mail adapter against servers of every mood.

mod peer;

use std::{sync::Mutex, time::Duration};

use async_trait::async_trait;
use honeydue_worker::adapters::smtp::Smtp;
use kinds::ports::{Commit, Email, Mailer, Sent};
use peer::{
    Cue::{self, Cut, Mumble, Say, Silence},
    Peer,
};

/// Where nothing should take long, the limit is generous; where silence is the point, it is not.
const PATIENT: Duration = Duration::from_secs(20);
const HASTY: Duration = Duration::from_secs(3);

fn email() -> Email {
    Email {
        to: "ada@example.com".into(),
        to_name: "Ada".into(),
        subject: "Due today: Clear the gutter".into(),
        text: "Hi Ada,\n.\nthat was a dot.\n".into(),
        html: "<p>Hi Ada</p>".into(),
        message_id: "d-7@honeydue.example.com".into(),
        at: "2026-11-20T14:00:05Z".parse().expect("a time"),
    }
}

fn smtp(url: &str) -> Smtp {
    Smtp::new(url, "honeyDue <hello@example.com>", None)
        .expect("a URL and a sender")
        .within(PATIENT)
}

/// A ledger that answers what the test wants, and remembers what the server had heard by then.
struct Ledger<'a> {
    peer: &'a Peer,
    answer: fn() -> anyhow::Result<bool>,
    heard: Mutex<Vec<Vec<String>>>,
}

impl<'a> Ledger<'a> {
    fn saying(answer: fn() -> anyhow::Result<bool>, peer: &'a Peer) -> Ledger<'a> {
        let heard = Mutex::default();
        Ledger {
            peer,
            answer,
            heard,
        }
    }

    fn agreeing(peer: &'a Peer) -> Ledger<'a> {
        Ledger::saying(|| Ok(true), peer)
    }

    fn asked(&self) -> usize {
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

/// Sends one mail to a server with these cues; also says whether the ledger was asked.
async fn send_to(cues: &[(&'static str, Cue)]) -> (Sent, bool, Peer) {
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
fn word(sent: &Sent) -> &'static str {
    match sent {
        Sent::Yes { .. } => "yes",
        Sent::NotMine => "not mine",
        Sent::Bounced { .. } => "bounced",
        Sent::Refused { .. } => "refused",
        Sent::Failed(_) => "failed",
        Sent::Unknown(_) => "unknown",
        Sent::Later(wait, _) if *wait > 2 * PATIENT => "unwelcome",
        Sent::Later(..) => "away",
    }
}

#[tokio::test]
async fn the_ledger_is_asked_after_the_recipient_was_taken_and_before_data() {
    let peer = Peer::start(&[]).await;
    let ledger = Ledger::agreeing(&peer);
    let sent = smtp(&peer.url()).send(&email(), &ledger).await;

    assert!(
        matches!(&sent, Sent::Yes { answer } if answer == "250 2.0.0 queued as 7"),
        "{sent:?}"
    );
    assert_eq!(*ledger.heard.lock().unwrap(), [["EHLO", "MAIL", "RCPT"]]);
    assert!(
        peer.heard()
            .contains(&"RCPT TO:<ada@example.com>".to_owned())
    );
    assert!(
        peer.heard()
            .contains(&"Message-ID: <d-7@honeydue.example.com>".to_owned())
    );
}

#[tokio::test]
async fn a_dot_on_its_own_line_does_not_end_the_mail() {
    let (sent, _, peer) = send_to(&[]).await;
    assert_eq!(word(&sent), "yes");
    assert!(
        peer.heard().contains(&"..".to_owned()),
        "{:?}",
        peer.heard()
    );
    assert!(
        peer.heard().contains(&"that was a dot.".to_owned()),
        "{:?}",
        peer.heard()
    );
}

#[tokio::test]
async fn what_another_has_is_not_sent() {
    let peer = Peer::start(&[]).await;
    let ledger = Ledger::saying(|| Ok(false), &peer);
    let sent = smtp(&peer.url()).send(&email(), &ledger).await;
    assert_eq!(word(&sent), "not mine");
    assert!(!peer.verbs().contains(&"DATA".to_owned()));
}

#[tokio::test]
async fn without_the_ledgers_word_nothing_is_sent() {
    let peer = Peer::start(&[]).await;
    let ledger = Ledger::saying(|| anyhow::bail!("Postgres is away"), &peer);
    let sent = smtp(&peer.url()).send(&email(), &ledger).await;
    assert!(
        matches!(&sent, Sent::Failed(error) if format!("{error:#}").contains("Postgres is away")),
        "{sent:?}"
    );
    assert!(!peer.verbs().contains(&"DATA".to_owned()));
}

struct Mute;

#[async_trait]
impl Commit for Mute {
    async fn commit(&self) -> anyhow::Result<bool> {
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_ledger_that_does_not_answer_is_not_waited_for_without_end() {
    let peer = Peer::start(&[]).await;
    let mailer = smtp(&peer.url()).within(HASTY);
    let sent = mailer.send(&email(), &Mute).await;
    assert!(
        matches!(&sent, Sent::Failed(error) if error.to_string().contains("did not answer")),
        "{sent:?}"
    );
    assert!(!peer.verbs().contains(&"DATA".to_owned()));
}

#[tokio::test]
#[rustfmt::skip] // a table reads better aligned
async fn every_answer_on_the_wire_has_its_verdict() {
    // what the server does where, the verdict, was the ledger asked
    let table = [
        ("HELLO", Say("421 4.3.2 not now\r\n"),                      "away",      false),
        ("HELLO", Say("554 5.7.1 not you\r\n"),                      "unwelcome", false),
        ("HELLO", Say("hello there\r\n"),                            "away",      false),
        ("HELLO", Cut,                                               "away",      false),
        ("HELLO", Silence,                                           "away",      false),
        ("EHLO",  Say("500 what?\r\n"),                              "unwelcome", false),
        ("EHLO",  Cut,                                               "away",      false),
        ("EHLO",  Silence,                                           "away",      false),
        ("MAIL",  Say("451 4.7.1 slow down\r\n"),                    "failed",    false),
        ("MAIL",  Say("553 5.7.1 not your sender\r\n"),              "unwelcome", false),
        ("MAIL",  Say("530 5.7.0 log in first\r\n"),                 "unwelcome", false),
        ("MAIL",  Silence,                                           "away",      false),
        ("RCPT",  Say("251 2.1.5 will forward\r\n"),                 "yes",       true),
        ("RCPT",  Say("450 4.2.1 busy\r\n"),                         "failed",    false),
        ("RCPT",  Say("421 4.4.2 goodbye\r\n"),                      "away",      false),
        ("RCPT",  Say("550 5.1.1 no such user\r\n"),                 "bounced",   false),
        ("RCPT",  Say("550-5.1.1 no such\r\n550 5.1.1 user\r\n"),    "bounced",   false),
        ("RCPT",  Say("550 5.1.8 bad sender\r\n"),                   "unwelcome", false),
        ("RCPT",  Say("550 5.7.1 policy\r\n"),                       "refused",   false),
        ("RCPT",  Say("354 an answer behind\r\n"),                   "away",      false),
        ("RCPT",  Cut,                                               "away",      false),
        ("RCPT",  Silence,                                           "away",      false),
        ("DATA",  Say("451 4.3.0 later\r\n"),                        "failed",    true),
        ("DATA",  Say("554 5.5.1 no\r\n"),                           "refused",   true),
        ("DATA",  Say("250 an answer behind\r\n"),                   "failed",    true),
        ("DATA",  Cut,                                               "failed",    true),
        ("DATA",  Silence,                                           "failed",    true),
        (".",     Say("451 4.3.0 disk full\r\n"),                    "failed",    true),
        (".",     Say("554 5.6.0 spam\r\n"),                         "refused",   true),
        (".",     Say("550 5.1.1 told late\r\n"),                    "refused",   true),
        (".",     Say("354 an answer behind\r\n"),                   "unknown",   true),
        (".",     Mumble("250"),                                     "unknown",   true),
        (".",     Mumble("250-2.0.0 queued\r\n"),                    "unknown",   true),
        (".",     Say("delivered\r\n"),                              "unknown",   true),
        (".",     Cut,                                               "unknown",   true),
        (".",     Silence,                                           "unknown",   true),
    ];
    let each = table.map(|(on, cue, wanted, asks)| async move {
        let (sent, asked, _peer) = send_to(&[(on, cue)]).await;
        assert_eq!((word(&sent), asked), (wanted, asks), "{on} {cue:?}: {sent:?}");
    });
    // Side by side: the silent ones take their time.
    futures_util::future::join_all(each).await;
}

#[tokio::test]
async fn an_answer_is_kept_without_whom_it_is_about() {
    let cues = [("RCPT", Say("550 5.1.1 <ada@example.com>: ada is\r\n"))];
    let (sent, ..) = send_to(&cues).await;
    assert!(
        matches!(&sent, Sent::Bounced { answer } if answer == "550 5.1.1 <address> <address> is"),
        "{sent:?}"
    );
}

#[tokio::test]
async fn nobody_listening_means_later() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let peer = Peer::start(&[]).await;
    let url = format!("smtp+plain://127.0.0.1:{port}");
    let sent = smtp(&url).send(&email(), &Ledger::agreeing(&peer)).await;
    assert!(
        matches!(&sent, Sent::Later(_, why) if why.contains("refused")),
        "{sent:?}"
    );
}

#[tokio::test]
async fn refused_credentials_wait_for_a_person_and_are_not_repeated_to_anyone() {
    for text in ["535 5.7.8 no\r\n", "500 5.5.1 no\r\n"] {
        let peer = Peer::start(&[("AUTH", Say(text))]).await;
        let url = format!("smtp+plain://ada:s3cret@127.0.0.1:{}", peer.port());
        let sent = smtp(&url).send(&email(), &Ledger::agreeing(&peer)).await;
        assert_eq!(word(&sent), "unwelcome");
        assert!(!format!("{sent:?} {:?}", smtp(&url)).contains("s3cret"));
    }
}

#[tokio::test]
async fn a_server_that_cannot_log_us_in_waits_for_a_person() {
    let peer = Peer::start(&[("EHLO", Say("250 peer\r\n"))]).await;
    let url = format!("smtp+plain://ada:s3cret@127.0.0.1:{}", peer.port());
    let sent = smtp(&url).send(&email(), &Ledger::agreeing(&peer)).await;
    assert_eq!(word(&sent), "unwelcome");
    assert!(!peer.verbs().contains(&"MAIL".to_owned()));
}

#[tokio::test]
async fn nothing_is_said_in_the_clear_to_a_server_without_starttls() {
    let peer = Peer::start(&[]).await;
    let url = format!("smtp://ada:s3cret@127.0.0.1:{}", peer.port());
    let sent = smtp(&url).send(&email(), &Ledger::agreeing(&peer)).await;
    assert!(
        matches!(&sent, Sent::Later(_, why) if why.contains("STARTTLS")),
        "{sent:?}"
    );
    assert_eq!(word(&sent), "unwelcome");
    assert!(
        peer.verbs()
            .iter()
            .all(|verb| verb == "EHLO" || verb == "QUIT"),
        "{:?}",
        peer.verbs()
    );
}

#[tokio::test]
async fn a_server_that_talks_without_end_is_not_listened_to() {
    let endless: &'static str = Box::leak("x".repeat(1 << 20).into_boxed_str());
    let (sent, ..) = send_to(&[("HELLO", Say(endless))]).await;
    assert!(
        matches!(&sent, Sent::Later(_, why) if why.contains("too much")),
        "{sent:?}"
    );
}

/// Cut short in the middle, a send must not leave its answer to the next one.
#[tokio::test]
async fn a_send_that_was_cut_short_spoils_none_after_it() {
    let peer = Peer::start(&[(".", Silence)]).await;
    let mailer = smtp(&peer.url()).within(HASTY);
    let (first, ledger) = (email(), Ledger::agreeing(&peer));
    {
        let sending = mailer.send(&first, &ledger);
        tokio::pin!(sending);
        let message_is_out = async {
            while !peer.verbs().contains(&".".to_owned()) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            sent = &mut sending => panic!("sent: {sent:?}"),
            () = message_is_out => {}
        }
    }
    let before = peer.verbs().len();
    let sent = mailer.send(&email(), &ledger).await;
    assert_eq!(word(&sent), "unknown");
    assert_eq!(
        peer.verbs()[before..],
        ["EHLO", "MAIL", "RCPT", "DATA", "."]
    );
}
