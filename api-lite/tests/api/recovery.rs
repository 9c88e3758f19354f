//! The way back in, and the proof of an address: by links that only a mail carries.

use std::time::Instant;

use axum::http::StatusCode;
use serde_json::{Value, json};
use store::{Channel, Delivery, Purpose, RequestId, UserId};

use crate::house::{House, house, links, person};

const FORGOT: &str = "/api/auth/forgot-password/";
const RESET: &str = "/api/auth/reset-password/";
const VERIFY: &str = "/api/auth/verify-email/";

impl House {
    async fn forgot(&self, email: &str) -> (StatusCode, Value) {
        self.ask("POST", FORGOT, None, json!({ "email": email }))
            .await
    }

    async fn mails(&self, user: i64, kind: &str) -> Vec<Delivery> {
        let rows = self.store.deliveries_of(UserId(user), 100).await;
        let rows = rows.expect("Postgres answers").into_iter();
        rows.filter(|row| row.kind == kind).collect()
    }

    async fn asked_to_verify(&self, user: i64) -> RequestId {
        let asked = self
            .store
            .open_request_of(UserId(user), Purpose::VerifyEmail);
        asked
            .await
            .expect("Postgres answers")
            .expect("a request")
            .id
    }

    async fn login(&self, password: &str) -> StatusCode {
        let body = json!({ "email": "ada@example.com", "password": password });
        self.ask("POST", "/api/auth/login/", None, body).await.0
    }
}

/// What the mail's link carries.
fn token(purpose: Purpose, id: RequestId) -> String {
    let link = links().request(purpose, id);
    link.split_once("token=").expect("a token").1.to_owned()
}

fn reset_token(mail: &Delivery) -> String {
    token(
        Purpose::PasswordReset,
        mail.occasion.parse().expect("an id"),
    )
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_the_link_once_and_everybody_logged_in_is_out() {
    let house = house().await;
    let (old_token, id) = house.sign_up("ada").await;
    let (ben, _) = house.sign_up("ben").await;
    house.device(&old_token, "aa11").await;
    house.device(&ben, "bb22").await;
    assert_eq!(
        house.forgot("ADA@example.com ").await.0,
        StatusCode::ACCEPTED
    );
    assert_eq!(
        house.forgot("ada@example.com").await.0,
        StatusCode::ACCEPTED
    );
    let mails = house.mails(id, "password-reset").await;
    assert_eq!((mails.len(), mails[0].channel), (2, Channel::Mail));

    let reset = |mail: &Delivery, password: &str| json!({ "token": reset_token(mail), "password": password });
    let (status, told) = house
        .ask("POST", RESET, None, reset(&mails[0], "short"))
        .await;
    assert_eq!(
        (status, &told["error"]["field"]),
        (StatusCode::BAD_REQUEST, &json!("password"))
    );
    let (status, told) = house
        .ask("POST", RESET, None, reset(&mails[0], "battery staple"))
        .await;
    assert_eq!(status, StatusCode::OK, "{told}");

    // Used, and the other mail's is shut with it.
    for mail in &mails {
        let (status, told) = house
            .ask("POST", RESET, None, reset(mail, "another one"))
            .await;
        assert_eq!(
            (status, &told["error"]["code"]),
            (StatusCode::BAD_REQUEST, &json!("bad_link"))
        );
    }
    assert_eq!(house.login("correct horse").await, StatusCode::UNAUTHORIZED);
    assert_eq!(house.login("battery staple").await, StatusCode::OK);
    let (status, _) = house
        .ask("GET", "/api/tasks/", Some(&old_token), Value::Null)
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // Whoever held a phone of hers is pushed nothing either, until its app has logged in again.
    assert_eq!(house.sql("SELECT token FROM devices"), [["bb22"]]);
    let ada = house
        .store
        .user(UserId(id))
        .await
        .expect("Postgres answers")
        .expect("Ada");
    assert!(
        ada.verified_at.is_some(),
        "who reads the mail has the address"
    );
}

/// As long as their mails and decisions say.
#[tokio::test]
async fn links_and_codes_live_as_long_as_people_are_told() {
    let house = house().await;
    let ((ada, _), (ben, _)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    house.forgot("ada@example.com").await;
    house.join(&ben, &ada).await;
    let hours = "SELECT DISTINCT what, (extract(epoch FROM life) / 3600)::float8 FROM (
            SELECT purpose AS what, expires_at - created_at AS life FROM requests
            UNION ALL SELECT 'invitation', expires_at - created_at FROM invitations
        ) AS lives ORDER BY what";
    assert_eq!(
        house.sql(hours),
        [
            ["invitation", "168"],
            ["password-reset", "1"],
            ["verify-email", "72"]
        ]
    );
}

#[tokio::test]
async fn neither_words_nor_time_tell_who_has_an_account() {
    let house = house().await;
    house.sign_up("ada").await;
    let timed = async |email: &str| {
        let begun = Instant::now();
        let answer = house.forgot(email).await;
        (answer, begun.elapsed().as_millis() >= 1000)
    };
    assert_eq!(
        timed("ada@example.com").await,
        timed("nobody@example.com").await
    );
    assert!(
        timed("nobody@example.com").await.1,
        "the answer waits for its time"
    );
}

#[tokio::test]
async fn one_person_gets_three_such_mails_an_hour_whoever_asks() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    let asks = (0..6).map(|_| house.forgot("ada@example.com"));
    for (status, _) in futures_util::future::join_all(asks).await {
        assert_eq!(status, StatusCode::ACCEPTED);
    }
    assert_eq!(house.mails(id, "password-reset").await.len(), 3);
}

#[tokio::test]
async fn what_the_ledger_and_the_queue_hold_opens_nothing() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    house.forgot("ada@example.com").await;
    let mail = &house.mails(id, "password-reset").await[0];
    for guessed in [
        mail.occasion.clone(),
        mail.id.to_string(),
        mail.occasion.replace('-', ""),
    ] {
        let body = json!({ "token": guessed, "password": "battery staple" });
        let (status, _) = house.ask("POST", RESET, None, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(house.login("correct horse").await, StatusCode::OK);
}

#[tokio::test]
async fn an_address_is_confirmed_by_its_link_also_when_it_is_followed_twice() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    let request = house.asked_to_verify(id).await;
    let reset = json!({ "token": token(Purpose::PasswordReset, request) });
    assert_eq!(
        house.ask("POST", VERIFY, None, reset).await.0,
        StatusCode::BAD_REQUEST
    );

    let right = json!({ "token": token(Purpose::VerifyEmail, request) });
    for _ in 0..2 {
        let (status, told) = house.ask("POST", VERIFY, None, right.clone()).await;
        assert_eq!(status, StatusCode::OK, "{told}");
    }
    let ada = house
        .store
        .user(UserId(id))
        .await
        .expect("Postgres answers")
        .expect("Ada");
    assert!(ada.verified_at.is_some());
}

#[tokio::test]
async fn who_lost_the_welcome_asks_for_the_link_again() {
    let house = house().await;
    let (ada, id) = house.sign_up("ada").await;
    let again = "/api/auth/resend-verification/";
    for _ in 0..4 {
        house
            .asked("POST", again, &ada, Value::Null, StatusCode::ACCEPTED)
            .await;
    }
    // The sign-up asked too, and counts.
    assert_eq!(house.mails(id, "verify-email").await.len(), 2);
    let request = house.asked_to_verify(id).await;
    house
        .store
        .verify_email(request)
        .await
        .expect("Postgres answers");
    house
        .asked("POST", again, &ada, Value::Null, StatusCode::OK)
        .await;
    assert_eq!(house.mails(id, "verify-email").await.len(), 2);
}

#[tokio::test]
async fn people_read_the_language_they_chose_and_others_are_named() {
    let house = house().await;
    let mut zoe = person("zoe");
    zoe["locale"] = json!("fr");
    let (status, told) = house
        .ask("POST", "/api/auth/register/", None, zoe.clone())
        .await;
    assert_eq!(
        (status, &told["error"]["field"]),
        (StatusCode::BAD_REQUEST, &json!("locale"))
    );
    zoe["locale"] = json!("de");
    let (_, told) = house.ask("POST", "/api/auth/register/", None, zoe).await;
    let token = told["token"].as_str().expect("a token");

    let path = "/api/notification-preferences/";
    let told = house
        .asked("GET", path, token, Value::Null, StatusCode::OK)
        .await;
    assert_eq!(told["locale"], "de");
    let wrong = json!({ "locale": "de-AT" });
    let told = house
        .asked("PATCH", path, token, wrong, StatusCode::BAD_REQUEST)
        .await;
    assert_eq!(told["error"]["field"], "locale");
    let usual = json!({ "locale": null });
    let told = house
        .asked("PATCH", path, token, usual, StatusCode::OK)
        .await;
    assert_eq!(told["locale"], "en");
}
