//! People say when and by what they want to hear from us.

use axum::http::StatusCode;
use jiff::SignedDuration;
use kinds::hours;
use platform::Clock;
use serde_json::{Value, json};
use store::{Channel, UserId};

use crate::house::house;

const PATH: &str = "/api/notification-preferences/";

fn wanted(told: &Value, kind: &str) -> bool {
    let kinds = told["kinds"].as_array().expect("kinds");
    let kind = kinds.iter().find(|each| each["kind"] == kind);
    kind.expect("it is one of them")["wanted"] == true
}

#[tokio::test]
async fn everything_is_wanted_until_it_is_switched_off() {
    let house = house().await;
    let (ada, id) = house.sign_up("ada").await;
    let told = house
        .asked("GET", PATH, &ada, Value::Null, StatusCode::OK)
        .await;
    assert_eq!(told["timezone"], "Europe/Berlin");
    assert!(
        wanted(&told, "task-reminder") && wanted(&told, "task-assigned"),
        "{told}"
    );

    let off = json!({ "kinds": [{ "kind": "task-assigned", "channel": "push", "wanted": false }] });
    let told = house.asked("PATCH", PATH, &ada, off, StatusCode::OK).await;
    assert!(
        wanted(&told, "task-reminder") && !wanted(&told, "task-assigned"),
        "{told}"
    );
    let kept = house
        .store
        .preference(UserId(id), "task-assigned", Channel::Apns)
        .await;
    assert_eq!(kept.expect("a preference"), Some(false));
}

#[tokio::test]
async fn what_is_absent_stays_and_null_goes_back_to_the_usual() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    let early = json!({ "reminder_hour": 7, "digest_hour": 20 });
    house
        .asked("PATCH", PATH, &ada, early, StatusCode::OK)
        .await;
    let told = house
        .asked(
            "PATCH",
            PATH,
            &ada,
            json!({ "reminder_hour": null }),
            StatusCode::OK,
        )
        .await;
    assert_eq!(
        (&told["reminder_hour"], &told["digest_hour"]),
        (&Value::Null, &json!(20))
    );
    assert_eq!(told["timezone"], "Europe/Berlin");
}

#[tokio::test]
async fn another_zone_moves_what_they_are_next_due_for() {
    let house = house().await;
    let (ada, id) = house.sign_up("ada").await;
    let agenda = async || house.store.agenda_of(UserId(id)).await.expect("an agenda");
    let before = agenda().await;
    let moved = json!({ "timezone": "Pacific/Auckland" });
    house
        .asked("PATCH", PATH, &ada, moved, StatusCode::OK)
        .await;
    let after = agenda().await;
    assert_eq!(before.len(), after.len());
    for (row, kind) in after.iter().map(|row| (row, &row.kind)) {
        assert_eq!(row.timezone.as_deref(), Some("Pacific/Auckland"));
        let was = before
            .iter()
            .find(|was| was.kind == *kind)
            .expect("it was there");
        assert_ne!(was.next_at, row.next_at, "{kind}");
    }
}

#[tokio::test]
async fn another_zone_moves_the_morning_of_what_they_are_told_in_their_first_days() {
    let house = house().await;
    let (ada, id) = house.sign_up("ada").await;
    for zone in ["Pacific/Auckland", "America/Los_Angeles"] {
        let moved = json!({ "timezone": zone });
        house
            .asked("PATCH", PATH, &ada, moved, StatusCode::OK)
            .await;
        let drip = house.store.drip_of(UserId(id), "onboarding").await;
        let drip = drip.expect("Postgres answers").expect("it goes on");
        let there = drip.next_at.in_tz(zone).expect("a zone");
        assert_eq!((there.hour(), drip.reached), (9, 0), "{there}");
    }
}

/// Due, and not swept yet: the change must not cost it.
#[tokio::test]
async fn a_change_costs_nobody_what_is_due_already_and_brings_nothing_twice() {
    let house = house().await;
    let (ada, id) = house.sign_up("ada").await;
    let user = UserId(id);
    let (now, berlin) = (Clock::system().now(), Some("Europe/Berlin"));
    let mut tx = house.store.begin().await.expect("a transaction");
    tx.set_agenda(user, "daily-digest", now - SignedDuration::from_mins(1))
        .await
        .expect("due");
    // Today's has been sent, and the clocks were set back since: it would come again.
    let again = now + SignedDuration::from_secs(1);
    tx.set_agenda(user, "task-reminder", again)
        .await
        .expect("due again");
    let today = hours::local_date(berlin, now);
    let sent = store::NewDelivery {
        user_id: user,
        kind: "task-reminder".to_owned(),
        occasion: today.to_string(),
        day: today,
        not_before: None,
        not_after: now,
        check_at: now,
    };
    tx.consider(&[sent]).await.expect("a delivery");
    tx.commit().await.expect("it is written");

    let midnight = json!({ "reminder_hour": 0, "digest_hour": 0 });
    house
        .asked("PATCH", PATH, &ada, midnight, StatusCode::OK)
        .await;
    let agenda = house.store.agenda_of(user).await.expect("an agenda");
    let next = |kind: &str| {
        agenda
            .iter()
            .find(|row| row.kind == kind)
            .expect("a row")
            .next_at
    };
    let soon = next("daily-digest").duration_since(now);
    // At once; or, right after midnight, within the quarter of an hour over which an hour is spread.
    assert!(
        soon < SignedDuration::from_mins(15),
        "today's digest comes soon, not in {soon}"
    );
    let tomorrow = today.tomorrow().expect("a tomorrow");
    assert_eq!(hours::local_date(berlin, next("task-reminder")), tomorrow);
}

#[tokio::test]
async fn a_wish_that_cannot_be_granted_is_named_and_changes_nothing() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    let wish =
        |kind: &str, channel: &str| json!([{ "kind": kind, "channel": channel, "wanted": false }]);
    for (body, field) in [
        (json!({ "timezone": "Mars/Olympus" }), "timezone"),
        (json!({ "reminder_hour": 24 }), "reminder_hour"),
        (json!({ "digest_hour": -1 }), "digest_hour"),
        (json!({ "quiet_hours": "never" }), "quiet_hours"),
        (json!({ "quiet_hours": { "from": "22:00" } }), "quiet_hours"),
        (
            json!({ "quiet_hours": { "from": "9:00", "until": "24:00" } }),
            "quiet_hours",
        ),
        (
            json!({ "quiet_hours": { "from": "09:00", "until": "09:00" } }),
            "quiet_hours",
        ),
        (json!({ "most_a_day": { "mail": 11 } }), "most_a_day"),
        (json!({ "most_a_day": { "push": -1 } }), "most_a_day"),
        (json!({ "kinds": wish("gossip", "mail") }), "kinds"),
        (json!({ "kinds": wish("welcome", "mail") }), "kinds"),
        (json!({ "kinds": wish("task-assigned", "mail") }), "kinds"),
        (
            json!({ "reminder_hour": 7, "kinds": wish("task-reminder", "push") }),
            "kinds",
        ),
    ] {
        let told = house
            .asked("PATCH", PATH, &ada, body, StatusCode::BAD_REQUEST)
            .await;
        assert_eq!(told["error"]["field"], field, "{told}");
    }
    let typo = json!({ "remindr_hour": 7 });
    house
        .asked("PATCH", PATH, &ada, typo, StatusCode::UNPROCESSABLE_ENTITY)
        .await;
    let told = house
        .asked("GET", PATH, &ada, Value::Null, StatusCode::OK)
        .await;
    assert_eq!(told["reminder_hour"], Value::Null);
}

#[tokio::test]
async fn quiet_hours_and_caps_are_chosen_switched_off_and_go_back_to_the_usual() {
    let house = house().await;
    let (ada, _) = house.sign_up("ada").await;
    let told = house
        .asked("GET", PATH, &ada, Value::Null, StatusCode::OK)
        .await;
    let usual = json!({ "from": "22:00", "until": "08:00" });
    assert_eq!(
        (&told["quiet_hours"], &told["quiet_hours_in_effect"]),
        (&Value::Null, &usual)
    );
    assert_eq!(told["usual_most_a_day"], json!({ "mail": 10, "push": 20 }));
    let early = json!({ "from": "21:30", "until": "05:45" });
    for (wish, shown, in_effect) in [
        (&early, &early, &early),
        (&json!("none"), &json!("none"), &Value::Null),
        (&Value::Null, &Value::Null, &usual),
    ] {
        let body = json!({ "quiet_hours": wish, "most_a_day": { "mail": 3 } });
        let told = house.asked("PATCH", PATH, &ada, body, StatusCode::OK).await;
        assert_eq!(
            (&told["quiet_hours"], &told["quiet_hours_in_effect"]),
            (shown, in_effect)
        );
        assert_eq!(told["most_a_day"], json!({ "mail": 3, "push": null }));
    }
    let body = json!({ "timezone": null, "most_a_day": { "mail": null } });
    let told = house.asked("PATCH", PATH, &ada, body, StatusCode::OK).await;
    assert_eq!(told["quiet_hours_in_effect"], Value::Null);
    assert_eq!(told["most_a_day"], json!({ "mail": null, "push": null }));
}
