//! The API's answers, good and bad, over a real Postgres and a real Redis.

mod bounces;
mod deadlines;
mod devices;
mod history;
mod house;
mod household;
mod logins;
mod preferences;
mod recovery;
mod refused;
mod replaced;
mod residences;
mod unsubscribe;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::house::{house, house_with, person};

#[tokio::test]
async fn a_sign_up_enqueues_its_welcome_and_fills_the_agenda() {
    let house = house().await;
    let (_, id) = house.sign_up("ada").await;
    assert_eq!(house.queue.depth("urgent").await.unwrap(), 1);
    let rows = house
        .store
        .deliveries_of(store::UserId(id), 10)
        .await
        .unwrap();
    assert_eq!((rows.len(), rows[0].kind.as_str()), (1, "welcome"));
    assert_eq!(
        house
            .store
            .agenda_of(store::UserId(id))
            .await
            .unwrap()
            .len(),
        4
    );
}

#[tokio::test]
async fn with_redis_down_or_refusing_a_sign_up_answers_201_and_its_welcome_waits_to_be_relayed() {
    let redis = standins::redis().await.url();
    for redis in ["redis://127.0.0.1:1/", &redis.replace("//", "//nobody:x@")] {
        let house = house_with(redis).await;
        let (_, id) = house.sign_up("ada").await;
        let due = house
            .store
            .due_for_relay(std::time::Duration::ZERO, 10)
            .await
            .unwrap();
        assert_eq!(
            due.iter()
                .filter(|row| row.user_id == store::UserId(id))
                .count(),
            1
        );
    }
}

#[tokio::test]
async fn an_address_has_one_account_however_it_is_written() {
    let house = house().await;
    house.sign_up("ada").await;
    let (status, told) = house
        .ask("POST", "/api/auth/register/", None, person("ADA"))
        .await;
    assert_eq!(
        (status, &told["error"]["code"], &told["error"]["field"]),
        (StatusCode::CONFLICT, &json!("email_taken"), &json!("email"))
    );
}

#[tokio::test]
async fn what_will_not_do_is_named() {
    let house = house().await;
    for (field, value) in [
        ("email", json!("nobody")),
        ("password", json!("short")),
        ("name", json!(" ")),
        ("timezone", json!("Mars/Olympus")),
        ("reminder_hour", json!(24)),
    ] {
        let mut body = person("ada");
        body[field] = value;
        let (status, told) = house.ask("POST", "/api/auth/register/", None, body).await;
        assert_eq!(
            (status, &told["error"]["field"]),
            (StatusCode::BAD_REQUEST, &json!(field)),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_login_gives_a_token_and_does_not_say_which_half_was_wrong() {
    let house = house().await;
    house.sign_up("ada").await;
    let login = |email: &str, password: &str| json!({ "email": email, "password": password });
    let (status, told) = house
        .ask(
            "POST",
            "/api/auth/login/",
            None,
            login("ADA@example.com", "correct horse"),
        )
        .await;
    assert!(
        status == StatusCode::OK && told["token"].is_string(),
        "{told}"
    );
    let wrong = house
        .ask(
            "POST",
            "/api/auth/login/",
            None,
            login("ada@example.com", "wrong horse"),
        )
        .await;
    let nobody = house
        .ask(
            "POST",
            "/api/auth/login/",
            None,
            login("ben@example.com", "correct horse"),
        )
        .await;
    assert_eq!(wrong.0, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong, nobody);
}

#[tokio::test]
async fn chores_are_kept_changed_and_taken_away() {
    let house = house().await;
    let (token, _) = house.sign_up("ada").await;
    let token = Some(token.as_str());
    let chore = json!({ "title": "Clear the gutters", "due_on": "2026-11-22" });
    let (status, task) = house.ask("POST", "/api/tasks/", token, chore).await;
    assert_eq!(status, StatusCode::CREATED, "{task}");
    let path = format!("/api/tasks/{}/", task["id"]);
    let (_, changed) = house
        .ask(
            "PATCH",
            &path,
            token,
            json!({ "due_on": null, "done": true }),
        )
        .await;
    assert!(
        changed["due_on"].is_null()
            && changed["done_at"].is_string()
            && changed["title"] == "Clear the gutters",
        "{changed}"
    );
    assert_eq!(
        house.ask("DELETE", &path, token, Value::Null).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        house.ask("GET", "/api/tasks/", token, Value::Null).await.1,
        json!({ "tasks": [] })
    );
}

#[tokio::test]
async fn a_strangers_chores_do_not_exist() {
    let house = house().await;
    let ((ada, _), (ben, _)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    let (_, task) = house
        .ask(
            "POST",
            "/api/tasks/",
            Some(&ada),
            json!({ "title": "Rent" }),
        )
        .await;
    let path = format!("/api/tasks/{}/", task["id"]);
    assert_eq!(
        house
            .ask("PATCH", &path, Some(&ben), json!({ "done": true }))
            .await
            .0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        house.ask("DELETE", &path, Some(&ben), Value::Null).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn every_refusal_looks_the_same() {
    let house = house().await;
    let refused = [
        (
            "GET",
            "/api/tasks/",
            None,
            Value::Null,
            StatusCode::UNAUTHORIZED,
            "unauthorized",
        ),
        (
            "GET",
            "/api/tasks/",
            Some("nonsense"),
            Value::Null,
            StatusCode::UNAUTHORIZED,
            "unauthorized",
        ),
        (
            "GET",
            "/api/nothing/",
            None,
            Value::Null,
            StatusCode::NOT_FOUND,
            "not_found",
        ),
        (
            "PUT",
            "/api/tasks/",
            None,
            Value::Null,
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
        ),
        (
            "POST",
            "/api/health/",
            None,
            Value::Null,
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
        ),
        (
            "POST",
            "/api/auth/login/",
            None,
            json!({ "email": 7 }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_body",
        ),
    ];
    for (method, path, token, body, status, code) in refused {
        let (answered, told) = house.ask(method, path, token, body).await;
        assert_eq!(
            (answered, &told["error"]["code"]),
            (status, &json!(code)),
            "{method} {path}"
        );
        assert!(told["error"]["message"].is_string());
    }
    let (status, told) = house.ask("GET", "/api/health/", None, Value::Null).await;
    assert_eq!((status, told), (StatusCode::OK, json!({ "status": "ok" })));
}
