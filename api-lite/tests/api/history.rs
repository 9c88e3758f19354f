//! A person's own history: what they were told, and what they were not, and why.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::house::house;

#[tokio::test]
async fn a_history_is_ones_own_and_says_nothing_of_the_provider() {
    let house = house().await;
    let ((ada, _), _) = (house.sign_up("ada").await, house.sign_up("ben").await);
    let told = house
        .asked(
            "GET",
            "/api/notifications/",
            &ada,
            Value::Null,
            StatusCode::OK,
        )
        .await;
    let rows = told["notifications"].as_array().expect("rows");
    assert_eq!(rows.len(), 1, "{told}");
    assert_eq!(
        (&rows[0]["kind"], &rows[0]["channel"], &rows[0]["state"]),
        (&json!("welcome"), &json!("mail"), &json!("considered"))
    );
    for secret in ["answer", "device_id", "copies"] {
        assert!(rows[0].get(secret).is_none(), "{secret}");
    }
}

#[tokio::test]
async fn a_history_comes_in_pages_that_hold_each_row_once() {
    let house = house().await;
    let (ada, id) = house.sign_up("ada").await;
    let (ben, _) = house.sign_up("ben").await;
    house.join(&ada, &ben).await;
    house.give_tasks(id, &ben, 6).await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/notifications/?limit=2{after}");
        let told = house
            .asked("GET", &path, &ada, Value::Null, StatusCode::OK)
            .await;
        let rows = told["notifications"].as_array().expect("rows").clone();
        let Some(last) = rows.last() else { break };
        after = format!("&after={}", last["id"].as_str().expect("an id"));
        seen.extend(rows.iter().map(|row| row["id"].to_string()));
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (7, 7));
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    for query in ["limit=0", "limit=201", "limit=many", "after=7"] {
        let path = format!("/api/notifications/?{query}");
        house
            .asked("GET", &path, &ada, Value::Null, StatusCode::BAD_REQUEST)
            .await;
    }
}

#[tokio::test]
async fn a_history_speaks_to_its_person_and_keeps_what_operators_tell_each_other() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    for (reason, why) in [
        ("switched-off", "it is switched off in your preferences"),
        ("asked by the night shift", "an operator called it off"),
    ] {
        house.sql(&format!(
            "UPDATE deliveries SET state = 'skipped', decided_at = now(), reason = '{reason}'"
        ));
        let path = "/api/notifications/";
        let told = house
            .asked("GET", path, &ada, Value::Null, StatusCode::OK)
            .await;
        assert_eq!(told["notifications"][0]["why"], why, "{told}");
    }
}
