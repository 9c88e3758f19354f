//! A device is registered at every start of its app, and forgotten when its person logs out.

use axum::http::StatusCode;
use serde_json::{Value, json};
use store::{Channel, UserId};

use crate::house::house;

const PATH: &str = "/api/devices/";

#[tokio::test]
async fn a_device_is_registered_as_often_as_its_app_starts_and_forgotten_once() {
    let house = house().await;
    let (ada, id) = house.sign_up("ada").await;
    let body = json!({ "channel": "apns", "token": "00fc13ad" });
    for _ in 0..2 {
        let told = house
            .asked("POST", PATH, &ada, body.clone(), StatusCode::CREATED)
            .await;
        assert_eq!(told["channel"], "apns");
        assert!(
            told.get("token").is_none(),
            "nobody needs to hear it back: {told}"
        );
    }
    let devices = house
        .store
        .devices_of(UserId(id), 10)
        .await
        .expect("devices");
    assert_eq!((devices.len(), devices[0].channel), (1, Channel::Apns));
    house
        .asked("DELETE", PATH, &ada, body.clone(), StatusCode::NO_CONTENT)
        .await;
    house
        .asked("DELETE", PATH, &ada, body, StatusCode::NOT_FOUND)
        .await;
}

#[tokio::test]
async fn nobody_forgets_anothers_device() {
    let house = house().await;
    let ((ada, _), (ben, _)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    let body = json!({ "channel": "fcm", "token": "dGhl:APA91b-x_y" });
    house
        .asked("POST", PATH, &ada, body.clone(), StatusCode::CREATED)
        .await;
    house
        .asked("DELETE", PATH, &ben, body, StatusCode::NOT_FOUND)
        .await;
}

#[tokio::test]
async fn what_is_no_token_is_named() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    for (channel, token, field) in [
        ("apns", String::new(), "token"),
        ("apns", "not hexadecimal".to_owned(), "token"),
        ("apns", "../../x".to_owned(), "token"),
        ("fcm", "two words".to_owned(), "token"),
        ("fcm", "x".repeat(1025), "token"),
        ("mail", "ada@example.com".to_owned(), "channel"),
        ("push", "x".to_owned(), "channel"),
    ] {
        let body = json!({ "channel": channel, "token": token });
        let told = house
            .asked("POST", PATH, &ada, body, StatusCode::BAD_REQUEST)
            .await;
        assert_eq!(told["error"]["field"], field, "{told}");
    }
    let pigeon = json!({ "channel": "pigeon", "token": "x" });
    house
        .asked("POST", PATH, &ada, pigeon, StatusCode::UNPROCESSABLE_ENTITY)
        .await;
    let (status, _) = house.ask("POST", PATH, None, Value::Null).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}
