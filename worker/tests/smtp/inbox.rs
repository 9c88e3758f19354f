//! The stand-in, a decent server: what arrives is what was sent, and nothing arrives by accident.

use std::collections::BTreeSet;

use honeydue_worker::adapters::smtp::Smtp;
use kinds::ports::{Email, Mailer};
use standins::{
    Inbox, SmtpOptions,
    smtp::{Fault, Mail, Stage},
};

use crate::given::{FROM, Tally, email, letter, smtp, trusting, word};

async fn inbox() -> Inbox {
    Inbox::start(SmtpOptions::default())
        .await
        .expect("an inbox")
}

fn mailer(inbox: &Inbox) -> Smtp {
    trusting(&inbox.smtp_url(), Some(inbox.ca_pem()))
}

fn header(mail: &Mail, wanted: &str) -> Vec<String> {
    let headers = mail.headers().into_iter();
    headers
        .filter(|(name, _)| name == wanted)
        .map(|(_, value)| value)
        .collect()
}

/// On the way a line ends in CRLF.
fn lines(text: Option<String>) -> String {
    text.expect("the mail has this part").replace("\r\n", "\n")
}

/// What becomes of a mail on which this fault strikes, and how often the ledger was asked.
async fn send_into(fault: Fault) -> (&'static str, usize, Inbox) {
    let (inbox, tally) = (inbox().await, Tally::default());
    inbox.faults().add(fault).expect("a fault there can be");
    let sent = mailer(&inbox).send(&email(), &tally).await;
    (word(&sent), tally.asked(), inbox)
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_sent_through_starttls_and_a_login() {
    let (inbox, tally) = (inbox().await, Tally::default());
    let sent = mailer(&inbox).send(&email(), &tally).await;
    assert_eq!((word(&sent), tally.asked()), ("yes", 1), "{sent:?}");

    let mails = inbox.mails();
    let [mail] = mails.as_slice() else {
        panic!("{} mails", mails.len())
    };
    assert_eq!(mail.from, "hello@example.com");
    assert_eq!(mail.to, ["ada@example.com"]);
    for (name, value) in [
        ("Message-ID", "<d-7@honeydue.example.com>"),
        ("From", FROM),
        ("To", "Ada <ada@example.com>"),
        ("Subject", "Due today: Clear the gutter"),
        ("Date", "Fri, 20 Nov 2026 14:00:05 +0000"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(header(mail, name), [value], "{name}");
    }
    assert_eq!(lines(mail.text()), email().text);
    assert_eq!(lines(mail.html()), email().html);
}

#[tokio::test]
async fn what_people_can_unsubscribe_from_has_a_sender_of_its_own() {
    let (inbox, tally) = (inbox().await, Tally::default());
    let mailer = mailer(&inbox)
        .updates_from("honeyDue <news@updates.example.com>")
        .expect("a sender");
    let digest = Email {
        unsubscribe: Some("https://honeydue.example.com/u/t0ken".to_owned()),
        ..email()
    };
    for (email, from) in [
        (email(), FROM),
        (digest, "honeyDue <news@updates.example.com>"),
    ] {
        assert_eq!(word(&mailer.send(&email, &tally).await), "yes");
        let mails = inbox.mails();
        let mail = mails
            .iter()
            .find(|mail| header(mail, "From") == [from])
            .expect("a mail from there");
        assert!(
            from.contains(&format!("<{}>", mail.from)),
            "the envelope agrees"
        );
        let way_out = header(mail, "List-Unsubscribe");
        assert_eq!(way_out.len(), usize::from(email.unsubscribe.is_some()));
    }
}

#[tokio::test]
async fn what_is_not_ascii_or_too_long_for_a_line_arrives_whole() {
    let (inbox, tally) = (inbox().await, Tally::default());
    let sent = mailer(&inbox).send(&letter(), &tally).await;
    assert_eq!(word(&sent), "yes", "{sent:?}");

    let mail = inbox.mails().remove(0);
    assert_eq!(mail.subject, letter().subject);
    assert_eq!(lines(mail.text()), letter().text);
    assert_eq!(lines(mail.html()), letter().html);
    let wire = String::from_utf8(mail.raw.clone()).expect("text");
    assert!(wire.is_ascii(), "nobody promised 8BITMIME");
    assert!(wire.lines().all(|line| line.len() <= 998), "RFC 5322");
}

#[tokio::test]
async fn a_recipient_put_off_has_failed_and_an_unknown_one_has_bounced() {
    for (code, text, wanted) in [
        (451, "4.7.1 greylisted", "failed"),
        (550, "5.1.1 no such user", "bounced"),
        (550, "5.7.1 not by us", "refused"),
    ] {
        let fault = Fault::answer(Stage::Rcpt, code, text).address("ada@example.com");
        let (sent, asked, inbox) = send_into(fault).await;
        assert_eq!((sent, asked), (wanted, 0), "{code} {text}");

        // It is this recipient, not the server: the next one is served.
        let other = mailer(&inbox).send(&letter(), &Tally::default()).await;
        assert_eq!(word(&other), "yes", "{other:?}");
        assert_eq!(inbox.mails()[0].to, ["zoe@example.com"]);
    }
}

#[tokio::test]
async fn a_mail_refused_at_its_end_was_not_taken() {
    let busy = Fault::answer(Stage::End, 452, "4.3.1 disk full");
    let (sent, asked, inbox) = send_into(busy).await;
    assert_eq!((sent, asked, inbox.mails().len()), ("failed", 1, 0));
}

#[tokio::test]
async fn cut_after_the_mail_nobody_knows_whether_it_was_taken() {
    let cut = || Fault::cut(Stage::End);
    for (fault, arrived) in [(cut(), 0), (cut().stored(), 1)] {
        let (sent, asked, inbox) = send_into(fault).await;
        assert_eq!((sent, asked), ("unknown", 1));
        assert_eq!(inbox.mails().len(), arrived);
    }
}

#[tokio::test]
async fn a_wrong_password_waits_for_a_person_and_falls_on_no_recipient() {
    let (inbox, tally) = (inbox().await, Tally::default());
    let url = inbox.smtp_url().replace(":inbox@", ":wrong@");
    let mailer = trusting(&url, Some(inbox.ca_pem()));
    let sent = mailer.send(&email(), &tally).await;
    assert_eq!((word(&sent), tally.asked()), ("unwelcome", 0), "{sent:?}");
    assert_eq!(inbox.mails().len(), 0);
}

#[tokio::test]
async fn a_server_whose_authority_is_unknown_gets_neither_login_nor_mail() {
    let (inbox, tally) = (inbox().await, Tally::default());
    let sent = smtp(&inbox.smtp_url()).send(&email(), &tally).await;
    assert_eq!((word(&sent), tally.asked()), ("unwelcome", 0), "{sent:?}");
    assert!(format!("{sent:?}").contains("certificate"), "{sent:?}");
    assert_eq!(inbox.mails().len(), 0);
}

#[tokio::test]
async fn mails_sent_side_by_side_arrive_once_each() {
    let (inbox, tally) = (inbox().await, Tally::default());
    let (mailer, tally) = (mailer(&inbox), &tally);
    let mails: Vec<Email> = (0..40).map(numbered).collect();
    let sends = mails.iter().map(|mail| mailer.send(mail, tally));
    for sent in futures_util::future::join_all(sends).await {
        assert_eq!(word(&sent), "yes", "{sent:?}");
    }

    // Each with the text and for the person that belong to it: no answer went to another's mail.
    let arrived = inbox.mails();
    let seen: BTreeSet<_> = arrived.iter().map(|mail| mail.message_id.clone()).collect();
    assert_eq!((arrived.len(), seen.len(), tally.asked()), (40, 40, 40));
    for mail in &arrived {
        let user = mail.to[0].trim_end_matches("@example.com");
        assert_eq!(mail.message_id, format!("{user}@honeydue.example.com"));
        assert_eq!(lines(mail.text()).trim_end(), format!("for {user}"));
    }
}

fn numbered(n: usize) -> Email {
    Email {
        to: format!("p{n}@example.com"),
        text: format!("for p{n}\n"),
        message_id: format!("p{n}@honeydue.example.com"),
        ..email()
    }
}
