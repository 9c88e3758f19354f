//! A server that we did not write, so that adapter and stand-in can't share a misunderstanding.

mod server;

use std::time::{Duration, Instant};

use honeydue_worker::adapters::smtp::Smtp;
use kinds::ports::{Email, Mailer, Sent};

use crate::given::{FROM, Tally, email, letter, smtp, trusting, word};
use server::{Manner, PASSWORD, Server};

fn mailer(server: &Server) -> Smtp {
    trusting(&server.url(), Some(&server.ca))
}

#[tokio::test]
async fn another_server_understands_our_mail_as_it_was_meant() {
    for (mail, to) in [
        (email(), "Ada <ada@example.com>"),
        (letter(), "Zoë <zoe@example.com>"),
    ] {
        let (server, tally) = (Server::start(&[&mail]).await, Tally::default());
        let sent = mailer(&server).send(&mail, &tally).await;
        assert!(
            matches!(&sent, Sent::Yes { answer } if answer == "250 2.0.0 kept"),
            "{sent:?}"
        );
        assert_eq!(tally.asked(), 1);
        arrived(server, &mail, to).await;
    }
}

async fn arrived(server: Server, sent: &Email, to: &str) {
    let kept = server.end().await;
    let [mail] = kept.as_slice() else {
        panic!("{} mails", kept.len())
    };
    assert!(mail.in_tls && mail.logged_in, "{mail:?}");
    assert_eq!(mail.from, "hello@example.com");
    assert_eq!(mail.to, [sent.to.as_str()]);
    let id = format!("<{}>", sent.message_id);
    for (name, value) in [
        ("Message-ID", id.as_str()),
        ("From", FROM),
        ("To", to),
        ("Subject", &sent.subject),
        ("Date", "Fri, 20 Nov 2026 14:00:05 +0000"),
        ("Auto-Submitted", "auto-generated"),
    ] {
        assert_eq!(mail.header(name), [value], "{name}");
    }
    // On the way a line ends in CRLF.
    assert_eq!(mail.text, sent.text.replace('\n', "\r\n"));
    assert_eq!(mail.html, sent.html.replace('\n', "\r\n"));
    assert_eq!(mail.defects, [""; 0]);
}

#[tokio::test]
async fn another_server_is_spoken_to_as_it_wants() {
    let smtps = true;
    for manner in [
        Manner {
            smtps,
            without: &[],
        },
        Manner {
            smtps,
            without: &["PLAIN"],
        },
        Manner {
            smtps: false,
            without: &["PLAIN"],
        },
        Manner {
            smtps: false,
            without: &["LOGIN"],
        },
    ] {
        let server = Server::with_manners(manner, &[&letter()]).await;
        let sent = mailer(&server).send(&letter(), &Tally::default()).await;
        assert_eq!(word(&sent), "yes", "{sent:?}");
        arrived(server, &letter(), "Zoë <zoe@example.com>").await;
    }
}

/// A mail is two writes, and Nagle would hold back the second until the first is acknowledged, which
/// takes the other side 40 ms. On a busy machine a send may take longer for reasons of its own.
#[tokio::test]
async fn no_mail_waits_for_an_acknowledgement() {
    let acknowledged = Duration::from_millis(40);
    for smtps in [true, false] {
        let manner = Manner {
            smtps,
            ..Manner::default()
        };
        let server = Server::with_manners(manner, &[&email()]).await;
        let mailer = mailer(&server);
        let mut fastest = Duration::MAX;
        for _ in 0..50 {
            let begun = Instant::now();
            let sent = mailer.send(&email(), &Tally::default()).await;
            assert_eq!(word(&sent), "yes", "{sent:?}");
            fastest = fastest.min(begun.elapsed());
            if fastest < acknowledged {
                break;
            }
        }
        assert!(fastest < acknowledged, "{fastest:?}, smtps {smtps}");
    }
}

#[tokio::test]
async fn whom_another_server_does_not_know_has_bounced() {
    let (server, tally) = (Server::start(&[&letter()]).await, Tally::default());
    let sent = mailer(&server).send(&email(), &tally).await;
    assert!(
        matches!(&sent, Sent::Bounced { answer } if answer == "550 5.1.1 <address> no such user"),
        "{sent:?}"
    );
    assert_eq!((tally.asked(), server.end().await.len()), (0, 0));
}

#[tokio::test]
async fn another_server_that_refuses_our_password_waits_for_a_person() {
    let (server, tally) = (Server::start(&[&email()]).await, Tally::default());
    let url = server.url().replace("p%40ss", "wrong");
    let sent = trusting(&url, Some(&server.ca))
        .send(&email(), &tally)
        .await;
    assert!(
        matches!(&sent, Sent::Unwelcome(_, why) if why.contains("535") && !why.contains(PASSWORD)),
        "{sent:?}"
    );
    assert_eq!(word(&sent), "unwelcome");
    assert_eq!((tally.asked(), server.end().await.len()), (0, 0));
}

#[tokio::test]
async fn another_server_that_cannot_prove_who_it_is_gets_nothing() {
    let (server, tally) = (Server::start(&[&email()]).await, Tally::default());
    let sent = smtp(&server.url()).send(&email(), &tally).await;
    assert_eq!(word(&sent), "unwelcome", "{sent:?}");
    assert!(format!("{sent:?}").contains("certificate"), "{sent:?}");
    assert_eq!((tally.asked(), server.end().await.len()), (0, 0));
}
