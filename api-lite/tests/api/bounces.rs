//! What the mail provider tells later.

use axum::http::StatusCode;
use serde_json::{Value, json};
use store::{Channel, DeliveryId, UserId};

use crate::house::{BOUNCE_SECRET, House, house};

const PATH: &str = "/api/webhooks/bounces/";

impl House {
    /// A person, and their welcome, which has been sent.
    async fn welcomed(&self, name: &str) -> (UserId, DeliveryId) {
        let (_, id) = self.sign_up(name).await;
        let user = UserId(id);
        let rows = self.store.deliveries_of(user, 1).await.expect("rows");
        let (id, token) = (rows[0].id, uuid::Uuid::new_v4());
        let sent = self.store.begin_sending(id, token, 2).await;
        assert!(sent.expect("Postgres answers"));
        let sent = self.store.sent(id, token, "250 taken").await;
        assert!(sent.expect("Postgres answers"));
        (user, id)
    }

    async fn told(&self, events: Value) -> Value {
        let body = json!({ "events": events });
        self.asked("POST", PATH, BOUNCE_SECRET, body, StatusCode::OK)
            .await
    }

    async fn is_suppressed(&self, user: UserId) -> bool {
        let found = self.store.suppression_of(user).await;
        found.expect("Postgres answers").is_some()
    }
}

fn about(what: &str, id: DeliveryId) -> Value {
    json!({ "type": what, "message_id": format!("<{id}@honeydue.example.com>") })
}

#[tokio::test]
async fn a_hard_bounce_suppresses_once_and_a_soft_one_never() {
    let house = house().await;
    let (ada, id) = house.welcomed("ada").await;
    let told = house.told(json!([about("soft_bounce", id)])).await;
    assert_eq!(told["new"], 1);
    assert!(!house.is_suppressed(ada).await);
    let bounce = json!([about("hard_bounce", id), about("hard_bounce", id)]);
    let told = house.told(bounce.clone()).await;
    assert_eq!((&told["new"], &told["again"]), (&json!(1), &json!(1)));
    assert!(house.is_suppressed(ada).await);
    // An operator who lifts it is not overruled by what was told before.
    assert!(house.store.lift_suppression(ada).await.expect("lifted"));
    assert_eq!(house.told(bounce).await["again"], 2);
    assert!(!house.is_suppressed(ada).await);
}

#[tokio::test]
async fn a_complaint_switches_off_all_mail_that_can_be() {
    let house = house().await;
    let (ada, id) = house.welcomed("ada").await;
    house.told(json!([about("complaint", id)])).await;
    let wants = async |kind, channel| {
        let said = house.store.preference(ada, kind, channel).await;
        said.expect("Postgres answers")
    };
    assert_eq!(wants("daily-digest", Channel::Mail).await, Some(false));
    assert_eq!(wants("task-reminder", Channel::Mail).await, Some(false));
    assert_eq!(wants("welcome", Channel::Mail).await, None);
    assert_eq!(wants("task-assigned", Channel::Push).await, None);
    assert!(!house.is_suppressed(ada).await);
}

#[tokio::test]
async fn who_has_another_address_by_now_is_not_blamed_for_the_old_one() {
    let house = house().await;
    let (ada, id) = house.welcomed("ada").await;
    let mut bounce = about("hard_bounce", id);
    bounce["recipient"] = json!("ada@old.example.com");
    let told = house.told(json!([bounce.clone()])).await;
    assert_eq!(told["elsewhere"], 1);
    assert!(!house.is_suppressed(ada).await);
    bounce["recipient"] = json!("ADA@example.com");
    assert_eq!(house.told(json!([bounce])).await["new"], 1);
    assert!(house.is_suppressed(ada).await);
}

#[tokio::test]
async fn what_we_never_sent_concerns_nobody() {
    let house = house().await;
    house.sign_up("ada").await;
    let considered = house.store.deliveries_of(UserId(1), 1).await.expect("rows");
    let told = house
        .told(json!([
            about("hard_bounce", DeliveryId::default()),
            about("hard_bounce", considered[0].id),
            { "type": "complaint", "message_id": "newsletter@elsewhere.example.com" },
        ]))
        .await;
    assert_eq!(told["unknown"], 3, "{told}");
    assert!(!house.is_suppressed(UserId(1)).await);
}

#[tokio::test]
async fn an_address_that_cannot_be_keeps_nobody_from_hearing_of_the_others() {
    let house = house().await;
    let (ada, id) = house.welcomed("ada").await;
    let mut odd = about("hard_bounce", id);
    odd["recipient"] = json!("ada@example.com\0");
    let told = house.told(json!([odd, about("hard_bounce", id)])).await;
    assert_eq!((&told["unknown"], &told["new"]), (&json!(1), &json!(1)));
    assert!(house.is_suppressed(ada).await);
}

#[tokio::test]
async fn only_who_knows_the_secret_is_heard_and_what_is_wrong_is_named() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    let body = json!({ "events": [] });
    for token in [None, Some(ada.as_str()), Some("guess")] {
        let (status, told) = house.ask("POST", PATH, token, body.clone()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{told}");
    }
    let many = vec![about("complaint", DeliveryId::default()); 501];
    for events in [
        json!(7),
        json!([{ "type": "gossip", "message_id": "x" }]),
        json!(many),
    ] {
        let body = json!({ "events": events });
        let (status, told) = house.ask("POST", PATH, Some(BOUNCE_SECRET), body).await;
        assert_eq!(
            (status, &told["error"]["field"]),
            (StatusCode::BAD_REQUEST, &json!("events")),
            "{told}"
        );
    }
}
