use lettre::AsyncTransport as _;

use std::collections::BTreeMap;

use standins::push::{Provider, Push};

use crate::given::{ask, client, inbox, mail, send};

fn push(title: &str) -> Push {
    Push {
        n: 0,
        at: "2026-11-21T14:00:00Z".parse().expect("a time"),
        provider: Provider::Apns,
        token: "00fc13ad".to_owned(),
        title: title.to_owned(),
        body: "Clear the gutters".to_owned(),
        id: "d-7".to_owned(),
        options: BTreeMap::from([("apns-priority".to_owned(), "10".to_owned())]),
        payload: serde_json::json!({ "aps": { "alert": title } }),
    }
}

#[tokio::test]
async fn a_program_finds_a_mail_and_its_content() {
    let inbox = inbox().await;
    send(&client(&inbox), "ada@example.com")
        .await
        .expect("sent");

    let mails = ask(&inbox, "GET /api/mails", "").await;
    assert!(mails.contains(r#""to":["ada@example.com"]"#), "{mails}");
    let mail = ask(&inbox, "GET /api/mails/1", "").await;
    assert!(mail.contains("Zeit für den Filter"), "{mail}");
    assert!(ask(&inbox, "GET /api/mails/2", "").await.contains("404"));

    assert!(ask(&inbox, "DELETE /api/mails", "").await.contains("204"));
    assert!(inbox.mails().is_empty());
}

#[tokio::test]
async fn a_program_sets_faults_and_gates() {
    let inbox = inbox().await;
    let fault = r#"{"stage":"end","effect":{"answer":{"code":451,"text":"4.3.0 busy"}},"times":1}"#;
    assert!(ask(&inbox, "POST /api/faults", fault).await.contains("201"));
    assert!(send(&client(&inbox), "ada@example.com").await.is_err());

    for bad in ["{", r#"{"stage":"end","effect":"cut","tmies":1}"#] {
        let answer = ask(&inbox, "POST /api/faults", bad).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }

    ask(&inbox, "POST /api/hold", r#"{"after_data":true}"#).await;
    let held = ask(&inbox, "GET /api/held", "").await;
    assert!(
        held.contains(r#"{"held":0,"before_rcpt":false,"before_data":false,"after_data":true}"#),
        "{held}"
    );
    ask(&inbox, "POST /api/release", "").await;
    send(&client(&inbox), "ada@example.com")
        .await
        .expect("sent");
}

#[tokio::test]
async fn what_a_mail_says_is_never_the_page() {
    let inbox = inbox().await;
    let evil = r#"</pre></iframe><script>alert("x")</script>"#;
    client(&inbox)
        .send(mail("ada@example.com", evil))
        .await
        .expect("sent");

    let page = ask(&inbox, "GET /mails/1", "").await;
    assert!(!page.contains("<script>"), "{page}");
    assert!(page.contains("&lt;script&gt;"), "{page}");
    assert!(
        page.contains("content-security-policy: default-src 'none'"),
        "{page}"
    );
}

#[tokio::test]
async fn pushes_are_listed_with_mails_and_read_one_by_one() {
    let inbox = inbox().await;
    send(&client(&inbox), "ada@example.com")
        .await
        .expect("sent");
    inbox.pushes().add(push("Ada gave you a task"));

    let page = ask(&inbox, "GET /", "").await;
    assert!(page.contains(r#"href="/mails/1""#) && page.contains(r#"href="/pushes/1""#));
    let page = ask(&inbox, "GET /pushes/1", "").await;
    for shown in [
        "Ada gave you a task",
        "Clear the gutters",
        "00fc13ad",
        "apns-priority: 10",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(ask(&inbox, "GET /pushes/2", "").await.contains("404"));

    let pushes = ask(&inbox, "GET /api/pushes", "").await;
    assert!(pushes.contains(r#""provider":"apns""#), "{pushes}");
    assert!(ask(&inbox, "DELETE /api/pushes", "").await.contains("204"));
    assert_eq!((inbox.pushes().count(), inbox.mails().len()), (0, 1));
}

#[tokio::test]
async fn what_a_push_says_is_never_the_page() {
    let inbox = inbox().await;
    inbox
        .pushes()
        .add(push(r#"</b><script>alert("x")</script>"#));
    for path in ["GET /", "GET /pushes/1"] {
        let page = ask(&inbox, path, "").await;
        assert!(!page.contains("<script>"), "{page}");
        assert!(page.contains("&lt;script&gt;"), "{page}");
    }
}
