//! When the ledger is asked, and what its answer does.

use async_trait::async_trait;
use kinds::ports::{Commit, Mailer, Sent};

use crate::{
    given::{HASTY, Ledger, email, smtp, word},
    peer::{Cue::Silence, Peer},
};

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
