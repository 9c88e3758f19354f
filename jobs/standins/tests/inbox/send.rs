use lettre::AsyncTransport as _;
use standins::{Inbox, SmtpOptions};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::given::{client, client_with_password, inbox, mail, send};

#[tokio::test]
async fn a_mail_sent_with_tls_and_login_arrives() {
    let inbox = inbox().await;
    send(&client(&inbox), "ada@example.com")
        .await
        .expect("sent");

    let mails = inbox.wait_for(1).await;
    assert_eq!(mails[0].n, 1);
    assert_eq!(mails[0].from, "reminders@example.com");
    assert_eq!(mails[0].to, ["ada@example.com"]);
    assert_eq!(mails[0].subject, "Filter wechseln: fällig");
    assert_eq!(mails[0].message_id, "1@example.com");
    let (text, html) = (mails[0].text(), mails[0].html());
    assert_eq!(text.as_deref().map(str::trim), Some("Zeit für den Filter"));
    assert!(html.is_some_and(|html| html.contains("<p>Zeit für den Filter</p>")));
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let inbox = inbox().await;
    let refused = send(&client_with_password(&inbox, "wrong"), "ada@example.com").await;

    let error = refused.expect_err("refused");
    assert_eq!(error.status().map(u16::from), Some(535));
    assert!(inbox.mails().is_empty());
}

#[tokio::test]
async fn dots_at_the_start_of_lines_survive() {
    let inbox = inbox().await;
    let text = ".\r\n..\r\n.hidden\r\nend";
    client(&inbox)
        .send(mail("ada@example.com", text))
        .await
        .expect("sent");

    let mails = inbox.wait_for(1).await;
    let arrived = mails[0].text().expect("text").replace("\r\n", "\n");
    assert_eq!(arrived.trim_end(), text.replace("\r\n", "\n"));
}

#[tokio::test]
async fn without_tls_and_login_nobody_sends() {
    let inbox = inbox().await;
    let told = talk(&inbox, "EHLO x\r\nMAIL FROM:<ada@example.com>\r\nQUIT\r\n").await;
    assert!(
        told.contains("STARTTLS") && !told.contains("AUTH PLAIN"),
        "{told}"
    );
    assert!(told.contains("530 5.7.0 STARTTLS first"), "{told}");
}

#[tokio::test]
async fn only_a_dot_between_line_ends_ends_a_mail() {
    let inbox = open().await;
    let told = talk(
        &inbox,
        "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<ada@example.com>\r\nDATA\r\n",
    );
    let told = told.await;
    assert!(told.contains("354"), "{told}");
    let content = "Subject: x\r\n\r\na\n.\nb\r\n.\r\nQUIT\r\n";
    let mail = "MAIL FROM:<>\r\nRCPT TO:<ada@example.com>\r\n";
    in_turns(&inbox, &["EHLO x\r\n", mail, "DATA\r\n", content]).await;
    let mails = inbox.wait_for(1).await;
    assert_eq!(mails[0].raw, b"Subject: x\r\n\r\na\n.\nb\r\n");
}

#[tokio::test]
async fn too_much_is_refused_and_the_connection_goes_on() {
    let inbox = open().await;
    let mail = "MAIL FROM:<>\r\nRCPT TO:<ada@example.com>\r\n";
    let large = "x".repeat(900) + "\r\n";
    let large = large.repeat(1200) + ".\r\n";
    let long = "x".repeat(2000) + "\r\n.\r\n";
    let turns = [
        "EHLO x\r\n",
        mail,
        "DATA\r\n",
        &large,
        mail,
        "DATA\r\n",
        &long,
        "QUIT\r\n",
    ];
    let told = in_turns(&inbox, &turns).await;
    for said in ["552 5.3.4", "500 5.5.2", "221 2.0.0"] {
        assert!(told.contains(said), "{said} in {told}");
    }
    assert!(inbox.mails().is_empty());
}

async fn open() -> Inbox {
    let options = SmtpOptions {
        login: None,
        starttls: false,
        ..SmtpOptions::default()
    };
    Inbox::start(options).await.expect("an inbox")
}

async fn talk(inbox: &Inbox, said: &str) -> String {
    in_turns(inbox, &[said]).await
}

/// Says each once the one before is answered, and hangs up.
async fn in_turns(inbox: &Inbox, turns: &[&str]) -> String {
    let mut stream = TcpStream::connect(inbox.smtp_addr())
        .await
        .expect("the inbox");
    let mut told = String::new();
    for turn in turns {
        stream.write_all(turn.as_bytes()).await.expect("heard");
        let mut answer = vec![0; 4096];
        let read = stream.read(&mut answer).await.expect("an answer");
        told += &String::from_utf8_lossy(&answer[..read]);
    }
    stream.shutdown().await.expect("hung up");
    let mut rest = String::new();
    // A server that had closed already resets: what it said before is what counts.
    let _ = stream.read_to_string(&mut rest).await;
    told + &rest
}
