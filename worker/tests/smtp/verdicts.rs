//! What each answer, silence and cut means, seen from outside.

use kinds::ports::{Mailer, Sent};
use tokio::net::TcpSocket;

use crate::{
    given::{Ledger, email, send_to, smtp, word},
    peer::{
        Cue::{Cut, Mumble, Say, Silence},
        Peer,
    },
    tls::trusting,
};

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
    // Bound and not listening: refused, and nobody else's meanwhile.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("smtp+plain://{}", socket.local_addr().unwrap());
    let peer = Peer::start(&[]).await;
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
async fn a_server_that_talks_without_end_is_not_listened_to() {
    let endless: &'static str = Box::leak("x".repeat(1 << 20).into_boxed_str());
    let cues = [("HELLO", Say(endless))];
    let open = send_to(&cues).await.0;

    let peer = Peer::start_in_tls(&cues).await;
    let sealed = trusting(&peer, "smtps")
        .send(&email(), &Ledger::agreeing(&peer))
        .await;
    for sent in [open, sealed] {
        assert!(
            matches!(&sent, Sent::Later(_, why) if why.contains("too much")),
            "{sent:?}"
        );
    }
}
