use lettre::AsyncTransport as _;

use crate::given::{ask, client, inbox, mail, send};

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
