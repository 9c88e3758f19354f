//! Nothing is said in the clear that shouldn't be, nor to whom it shouldn't.

use honeydue_worker::adapters::smtp::Smtp;
use kinds::ports::{Mailer, Sent};

use crate::{
    given::{Ledger, email, smtp, word},
    peer::{
        Cue::{self, Say},
        Peer,
    },
};

#[tokio::test]
async fn nothing_is_said_in_the_clear_to_a_server_without_starttls() {
    let peer = Peer::start(&[]).await;
    let url = format!("smtp://ada:s3cret@127.0.0.1:{}", peer.port());
    let sent = smtp(&url).send(&email(), &Ledger::agreeing(&peer)).await;
    assert!(
        matches!(&sent, Sent::Unwelcome(_, why) if why.contains("STARTTLS")),
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

const OFFERS_STARTTLS: (&str, Cue) = (
    "EHLO",
    Say("250-peer\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n"),
);

/// By a name that its certificate has, with an authority that we trust.
pub(crate) fn trusting(peer: &Peer, scheme: &str) -> Smtp {
    let url = format!("{scheme}://ada:s3cret@localhost:{}", peer.port());
    Smtp::new(&url, "hello@example.com", Some(peer.ca())).expect("a URL and a sender")
}

#[tokio::test]
async fn credentials_and_mail_go_through_starttls_and_only_through_it() {
    let peer = Peer::start(&[OFFERS_STARTTLS]).await;
    let sent = trusting(&peer, "smtp")
        .send(&email(), &Ledger::agreeing(&peer))
        .await;
    assert_eq!(word(&sent), "yes", "{sent:?}");
    assert_eq!(
        peer.verbs()[..7],
        ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"]
    );
}

#[tokio::test]
async fn smtps_is_encrypted_from_the_first_byte() {
    let peer = Peer::start_in_tls(&[]).await;
    let sent = trusting(&peer, "smtps")
        .send(&email(), &Ledger::agreeing(&peer))
        .await;
    assert_eq!(word(&sent), "yes", "{sent:?}");
    assert_eq!(peer.verbs()[..5], ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"]);
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_gets_nothing_and_waits_for_a_person() {
    let (one, other) = (
        Peer::start(&[OFFERS_STARTTLS]).await,
        Peer::start_in_tls(&[]).await,
    );
    for (peer, scheme) in [(&one, "smtp"), (&other, "smtps")] {
        let unknown = format!("{scheme}://ada:s3cret@localhost:{}", peer.port());
        let misnamed = format!("{scheme}://ada:s3cret@127.0.0.1:{}", peer.port());
        for (url, ca) in [(unknown, None), (misnamed, Some(peer.ca()))] {
            let mailer = Smtp::new(&url, "hello@example.com", ca).expect("a URL and a sender");
            let sent = mailer.send(&email(), &Ledger::agreeing(peer)).await;
            assert_eq!(word(&sent), "unwelcome", "{url}: {sent:?}");
            assert!(
                format!("{sent:?}").contains("certificate"),
                "{url}: {sent:?}"
            );
        }
        assert!(
            !peer.verbs().contains(&"AUTH".to_owned()),
            "{:?}",
            peer.verbs()
        );
    }
}

/// The answer that was slipped in would pass for the one to the second EHLO, and each later answer
/// for the one before it.
#[tokio::test]
async fn a_line_slipped_in_before_tls_is_no_answer() {
    let slipped = ("STARTTLS", Say("220 go ahead\r\n250 AUTH PLAIN\r\n"));
    let peer = Peer::start(&[OFFERS_STARTTLS, slipped]).await;
    let sent = trusting(&peer, "smtp")
        .send(&email(), &Ledger::agreeing(&peer))
        .await;
    assert_eq!(word(&sent), "away", "{sent:?}");
    assert!(
        !peer.verbs().contains(&"AUTH".to_owned()),
        "{:?}",
        peer.verbs()
    );
}
