//! `explain`: why a person got what they got, and not the rest.

use insta::assert_snapshot;
use store::{DeliveryId, NewDelivery, NewUser, UserId};

use crate::given::{Given, instant, put_aside};

pub(crate) async fn person(given: &Given) -> UserId {
    let mut tx = given.store.begin().await.expect("Postgres answers");
    let user = tx.add_user(NewUser {
        email: "ada@example.com".to_owned(),
        name: "Ada".to_owned(),
        password_hash: "none".to_owned(),
        timezone: None,
        reminder_hour: None,
        digest_hour: None,
        locale: store::Locale::En,
    });
    let user = user.await.expect("the address is new");
    tx.commit().await.expect("it is committed");
    user
}

/// In a transaction of its own: only then does the next one come after it.
pub(crate) async fn considered(
    given: &Given,
    user_id: UserId,
    kind: &str,
    occasion: &str,
) -> DeliveryId {
    let mut tx = given.store.begin().await.expect("Postgres answers");
    let wanted = NewDelivery {
        user_id,
        kind: kind.to_owned(),
        occasion: occasion.to_owned(),
        day: NewDelivery::day_of(instant("2126-01-01T09:00:00Z")),
        not_before: None,
        not_after: instant("2126-01-01T15:00:00Z"),
        check_at: instant("2126-01-01T09:02:00Z"),
    };
    let considered = tx.consider(&[wanted]).await.expect("it is considered");
    tx.commit().await.expect("it is committed");
    considered[0]
}

#[tokio::test]
async fn a_person_is_told_what_came_of_every_occasion_the_newest_first() {
    let (given, _aside) = (Given::new().await, put_aside());
    let user = person(&given).await;
    let welcome = considered(&given, user, "welcome", "welcome").await;
    let token = welcome.0;
    given.store.begin_sending(welcome, token, 2).await.unwrap();
    given
        .store
        .sent(welcome, token, "250 2.0.0 queued as 7")
        .await
        .unwrap();
    let digest = considered(&given, user, "daily-digest", "2126-01-01").await;
    given.store.skip(digest, "nothing is late").await.unwrap();
    considered(&given, user, "task-reminder", "2126-01-01").await;

    let user = user.to_string();
    assert_snapshot!(given.answers(&["explain", "--user", &user]), @"
    KIND           OCCASION    CHANNEL  STATE       COPIES  WHY
    task-reminder  2126-01-01  mail     considered  0       –
    daily-digest   2126-01-01  mail     skipped     0       nothing is late
    welcome        welcome     mail     sent        1       250 2.0.0 queued as 7
    ");
    let latest = ["explain", "--user", &user, "--limit", "1"];
    assert_snapshot!(given.answers(&[&latest[..], &["-o", "json"]].concat()), @r#"
    [
      {
        "id": "[id]",
        "user_id": 1,
        "kind": "task-reminder",
        "occasion": "2126-01-01",
        "channel": "mail",
        "device_id": null,
        "state": "considered",
        "reason": null,
        "answer": null,
        "copies": 0,
        "sending_at": null,
        "unknown_at": null,
        "not_before": null,
        "not_after": "2126-01-01T15:00:00Z",
        "check_at": "2126-01-01T09:02:00Z",
        "created_at": "[time]",
        "decided_at": null
      }
    ]
    "#);
    assert_snapshot!(given.answers(&[&latest[..], &["-o", "jsonl"]].concat()), @r#"{"id":"[id]","user_id":1,"kind":"task-reminder","occasion":"2126-01-01","channel":"mail","device_id":null,"state":"considered","reason":null,"answer":null,"copies":0,"sending_at":null,"unknown_at":null,"not_before":null,"not_after":"2126-01-01T15:00:00Z","check_at":"2126-01-01T09:02:00Z","created_at":"[time]","decided_at":null}"#);
}

#[tokio::test]
async fn a_person_whom_nothing_was_due_for_has_an_empty_table() {
    let given = Given::new().await;
    let user = person(&given).await.to_string();
    assert_snapshot!(given.answers(&["explain", "--user", &user]), @"KIND  OCCASION  CHANNEL  STATE  COPIES  WHY");
}
