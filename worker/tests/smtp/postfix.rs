//! Postfix, which most of the world's mail passes through: a server that we did not write.

mod server;

use kinds::ports::{Mailer as _, Sent};

use crate::given::{Tally, email, letter, smtp, trusting, word};
use server::Server;

#[tokio::test]
async fn postfix_takes_our_mail_and_delivers_it_as_it_was_meant() {
    let (mail, tally) = (letter(), Tally::default());
    let server = Server::start(&mail.to).await;
    let sent = trusting(&server.url(), Some(&server.ca))
        .send(&mail, &tally)
        .await;
    assert!(
        matches!(&sent, Sent::Yes { answer } if answer.starts_with("250 2.0.0 Ok: queued as")),
        "{sent:?}"
    );
    assert_eq!(tally.asked(), 1);
    let delivered = server.delivered().await;
    let id = format!("Message-ID: <{}>", mail.message_id);
    assert!(delivered.contains(&id), "{delivered}");
    assert!(
        delivered.contains("Auto-Submitted: auto-generated"),
        "{delivered}"
    );
    // It came sealed: Postfix writes down how.
    assert!(delivered.contains("(using TLSv1"), "{delivered}");
}

#[tokio::test]
async fn whom_postfix_does_not_know_has_bounced_before_the_mail() {
    let server = Server::start(&letter().to).await;
    let tally = Tally::default();
    let sent = trusting(&server.url(), Some(&server.ca))
        .send(&email(), &tally)
        .await;
    assert!(
        matches!(&sent, Sent::Bounced { answer } if answer.starts_with("550 5.1.1")),
        "{sent:?}"
    );
    assert_eq!(tally.asked(), 0);
}

/// Its relay restrictions are ours to heed, and no fault of the address.
#[tokio::test]
async fn where_postfix_does_not_relay_the_address_is_not_blamed() {
    let mut mail = letter();
    let server = Server::start(&mail.to).await;
    mail.to = "zoe@elsewhere.example.net".to_owned();
    let sent = trusting(&server.url(), Some(&server.ca))
        .send(&mail, &Tally::default())
        .await;
    assert!(
        matches!(&sent, Sent::Refused { answer } if answer.contains("5.7.1")),
        "{sent:?}"
    );
}

#[tokio::test]
async fn a_mail_that_is_too_big_for_postfix_is_refused_for_good() {
    let mut mail = letter();
    let server = Server::start(&mail.to).await;
    mail.text = "All work and no play.\n".repeat(server::MOST_BYTES / 10);
    let sent = trusting(&server.url(), Some(&server.ca))
        .send(&mail, &Tally::default())
        .await;
    assert_eq!(word(&sent), "refused", "{sent:?}");
}

#[tokio::test]
async fn a_postfix_that_cannot_prove_who_it_is_gets_nothing() {
    let server = Server::start(&letter().to).await;
    let sent = smtp(&server.url()).send(&letter(), &Tally::default()).await;
    assert_eq!(word(&sent), "unwelcome", "{sent:?}");
}
