//! A delivery's way through the ledger.

use std::time::Duration;

use store::{
    DeliveryState::{Considered, Sending, Sent, Skipped, Unknown},
    NewDelivery,
};
use uuid::Uuid;

use crate::home::{Home, wanted};

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn an_occasion_has_one_delivery_however_often_it_is_considered() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    let now = home.now().await;
    let reminder = wanted(ada, "task-reminder", now);
    let other_day = NewDelivery {
        occasion: "2026-11-22".to_owned(),
        day: jiff::civil::date(2026, 11, 22),
        ..reminder.clone()
    };
    let first = home.consider(&[reminder.clone(), reminder.clone()]).await;
    let second = home.consider(&[reminder, other_day]).await;
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(home.store.deliveries_of(ada, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_not_committed_was_never_considered() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    let new = wanted(ada, "task-reminder", home.now().await);
    let mut tx = home.store.begin().await.unwrap();
    assert_eq!(tx.consider(&[new]).await.unwrap().len(), 1);
    drop(tx);
    assert!(home.store.deliveries_of(ada, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_many_who_begin_to_send_one_does() {
    let home = Home::new().await;
    let ada = home.person("ada@example.com").await;
    let id = home.delivery(ada, "welcome").await;
    let attempts = (0..8).map(|_| {
        let store = home.store.clone();
        tokio::spawn(async move { store.begin_sending(id, Uuid::new_v4(), 2).await.unwrap() })
    });
    let mut began = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        began += usize::from(attempt.await.unwrap());
    }
    let row = home.row(id).await;
    assert_eq!((began, row.state, row.copies), (1, Sending, 1));
}

#[tokio::test]
async fn only_the_attempt_that_is_sending_settles() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let id = home.delivery(ada, "welcome").await;
    let (ours, other) = (Uuid::new_v4(), Uuid::new_v4());
    assert!(!store.sent(id, ours, "250 ok").await.unwrap());
    assert!(store.begin_sending(id, ours, 2).await.unwrap());
    assert!(!store.sent(id, other, "250 ok").await.unwrap());
    assert!(
        !store
            .bounced(id, other, "a@example.com", "550 no")
            .await
            .unwrap()
    );
    assert!(!store.unknown(id, other, "cut").await.unwrap());
    assert!(
        !store
            .put_back(id, other, "provider-busy", "busy")
            .await
            .unwrap()
    );
    assert!(store.sent(id, ours, "250 ok").await.unwrap());
    let row = home.row(id).await;
    assert_eq!((row.state, row.answer.as_deref()), (Sent, Some("250 ok")));
    assert!(row.decided_at.is_some());
}

#[tokio::test]
async fn a_settled_answer_may_be_written_again_by_who_wrote_it_and_changes_nothing() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let (id, token) = (home.delivery(ada, "welcome").await, Uuid::new_v4());
    store.begin_sending(id, token, 2).await.unwrap();
    assert!(store.sent(id, token, "250 ok").await.unwrap());
    let before = home.row(id).await;
    assert!(store.sent(id, token, "250 ok").await.unwrap());
    assert!(
        !store
            .bounced(id, token, "a@example.com", "550 no")
            .await
            .unwrap()
    );
    assert!(!store.skip(id, "nothing due").await.unwrap());
    assert!(!store.begin_sending(id, token, 2).await.unwrap());
    assert_eq!(home.row(id).await, before);
}

#[tokio::test]
async fn what_may_have_gone_is_sent_once_more_and_never_a_third_time() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let id = home.delivery(ada, "welcome").await;
    for copy in 1..=2 {
        let token = Uuid::new_v4();
        assert!(store.begin_sending(id, token, 2).await.unwrap());
        assert!(store.unknown(id, token, "cut after DATA").await.unwrap());
        let row = home.row(id).await;
        assert_eq!((row.state, row.copies), (Unknown, copy));
        assert_eq!(row.decided_at.is_some(), copy == 2);
    }
    assert!(!store.begin_sending(id, Uuid::new_v4(), 2).await.unwrap());
    assert!(!store.skip(id, "too late").await.unwrap());
    assert_eq!(home.row(id).await.state, Unknown);
}

#[tokio::test]
async fn a_kind_that_leaves_what_may_have_gone_sends_no_second_copy() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let (id, token) = (home.delivery(ada, "welcome").await, Uuid::new_v4());
    assert!(store.begin_sending(id, token, 1).await.unwrap());
    assert!(store.unknown(id, token, "cut after DATA").await.unwrap());
    assert!(home.row(id).await.decided_at.is_some());
    assert!(!store.begin_sending(id, Uuid::new_v4(), 1).await.unwrap());
}

#[tokio::test]
async fn a_kind_that_has_come_to_leave_what_may_have_gone_is_heeded_at_once() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let (id, token) = (home.delivery(ada, "welcome").await, Uuid::new_v4());
    store.begin_sending(id, token, 2).await.unwrap();
    store.unknown(id, token, "cut after DATA").await.unwrap();
    assert!(!store.begin_sending(id, Uuid::new_v4(), 1).await.unwrap());
    assert!(store.begin_sending(id, Uuid::new_v4(), 2).await.unwrap());
}

#[tokio::test]
async fn a_copy_that_surely_has_not_gone_does_not_count() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let (id, token) = (home.delivery(ada, "welcome").await, Uuid::new_v4());
    store.begin_sending(id, token, 2).await.unwrap();
    assert!(
        store
            .put_back(id, token, "provider-busy", "421 busy")
            .await
            .unwrap()
    );
    assert!(
        !store
            .put_back(id, token, "provider-busy", "421 busy")
            .await
            .unwrap()
    );
    let row = home.row(id).await;
    assert_eq!((row.state, row.copies), (Considered, 0));
    assert_eq!(row.reason.as_deref(), Some("provider-busy"));
    assert_eq!(row.answer.as_deref(), Some("421 busy"));
}

#[tokio::test]
async fn what_was_unknown_is_put_back_as_unknown() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let (id, first, second) = (
        home.delivery(ada, "welcome").await,
        Uuid::new_v4(),
        Uuid::new_v4(),
    );
    store.begin_sending(id, first, 2).await.unwrap();
    store.unknown(id, first, "cut after DATA").await.unwrap();
    let since = home.row(id).await.unknown_at;
    store.begin_sending(id, second, 2).await.unwrap();
    assert!(
        store
            .put_back(id, second, "provider-busy", "421 busy")
            .await
            .unwrap()
    );
    let row = home.row(id).await;
    assert_eq!((row.state, row.copies, row.unknown_at), (Unknown, 1, since));
}

#[tokio::test]
async fn a_sender_is_given_its_time_and_then_taken_for_lost() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let (id, token) = (home.delivery(ada, "welcome").await, Uuid::new_v4());
    assert_eq!(store.sending_age(id).await.unwrap(), None);
    store.begin_sending(id, token, 2).await.unwrap();
    assert!(store.sending_age(id).await.unwrap().unwrap() < MINUTE);
    assert!(!store.sending_to_unknown(id, MINUTE).await.unwrap());
    home.sql("UPDATE deliveries SET sending_at = sending_at - interval '61 s'")
        .await;
    assert!(store.sending_age(id).await.unwrap().unwrap() > MINUTE);
    assert!(store.sending_to_unknown(id, MINUTE).await.unwrap());
    assert!(!store.sent(id, token, "250 ok").await.unwrap());
    assert_eq!(home.row(id).await.state, Unknown);
}

#[tokio::test]
async fn a_decision_not_to_send_leaves_its_reason_and_stands() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let id = home.delivery(ada, "welcome").await;
    assert!(store.skip(id, "nothing is due").await.unwrap());
    assert!(!store.skip(id, "another reason").await.unwrap());
    assert!(!store.begin_sending(id, Uuid::new_v4(), 2).await.unwrap());
    let row = home.row(id).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Skipped, Some("nothing is due"))
    );
}

#[tokio::test]
async fn only_what_nobody_has_begun_to_send_is_deferred() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let id = home.delivery(ada, "welcome").await;
    let now = home.now().await;
    let later = |hours| now + jiff::SignedDuration::from_hours(hours);
    assert!(store.defer(id, later(8), later(9), later(8)).await.unwrap());
    let row = home.row(id).await;
    assert_eq!(
        (row.not_before, row.not_after, row.check_at),
        (Some(later(8)), later(9), later(8))
    );
    assert!(
        !store
            .defer(id, later(9), later(10), later(9))
            .await
            .unwrap()
    );

    let begun = home.delivery(ada, "task-reminder").await;
    store.begin_sending(begun, Uuid::new_v4(), 2).await.unwrap();
    let (from, until) = (later(8), later(9));
    assert!(!store.defer(begun, from, until, from).await.unwrap());
    assert_eq!(home.row(begun).await.not_before, None);
}

#[tokio::test]
async fn a_provider_may_answer_anything() {
    let home = Home::new().await;
    let (store, ada) = (&home.store, home.person("ada@example.com").await);
    let (id, token) = (home.delivery(ada, "welcome").await, Uuid::new_v4());
    store.begin_sending(id, token, 2).await.unwrap();
    assert!(
        store
            .bounced(id, token, "a@example.com", &"é\0".repeat(10_000))
            .await
            .unwrap()
    );
    assert_eq!(home.row(id).await.answer, Some("é".repeat(300)));
}
