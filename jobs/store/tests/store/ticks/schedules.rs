//! How far a schedule has come, and how long it pauses.

use jiff::SignedDuration;
use uuid::Uuid;

use super::{TICK, begun, record, tick, two, watermark};
use crate::home::Home;

#[tokio::test]
async fn a_schedule_begins_once_with_what_it_says_and_again_when_that_changes() {
    let home = Home::new().await;
    let (store, hour) = (&home.store, SignedDuration::from_hours(1));
    let begins = async |at, spec| {
        store.begin_schedule("sweep", at, spec).await.unwrap();
        watermark(store).await
    };
    assert_eq!(begins(two(), "* * * * *").await, two());
    assert_eq!(begins(two() + hour, "* * * * *").await, two());
    assert_eq!(begins(two() + hour, "0 * * * *").await, two() + hour);
    assert_eq!(begins(two(), "* * * * *").await, two() + hour, "never back");
}

#[tokio::test]
async fn a_watermark_never_moves_back() {
    let home = begun().await;
    let store = &home.store;
    let (past, now) = (
        two() - SignedDuration::from_hours(9),
        watermark(store).await,
    );
    store
        .set_watermark("sweep", past, "* * * * *")
        .await
        .unwrap();
    store
        .record_pending("old", "sweep", past, None)
        .await
        .unwrap();
    store.fired("old", 7, Uuid::new_v4(), None).await.unwrap();
    store
        .shared_skip("sweep", past, past, 1, "too late")
        .await
        .unwrap();
    store
        .record_skipped("sweep", &[("older".to_owned(), past)], "late")
        .await
        .unwrap();
    assert_eq!(watermark(store).await, now);
}

#[tokio::test]
async fn a_watermark_is_moved_only_for_what_its_schedule_says_now() {
    let home = begun().await;
    let store = &home.store;
    let before = store.watermarks().await.unwrap();
    store
        .set_watermark("sweep", two(), "0 * * * *")
        .await
        .unwrap();
    assert_eq!(store.watermarks().await.unwrap(), before);
    store
        .set_watermark("sweep", two(), "* * * * *")
        .await
        .unwrap();
    assert_eq!(watermark(store).await, two());
}

#[tokio::test]
async fn a_tick_that_somebody_asked_for_never_moves_the_watermark() {
    let home = begun().await;
    let (store, before) = (&home.store, watermark(&home.store).await);
    record(store, Some("an operator")).await;
    store.fired(TICK, 7, Uuid::new_v4(), None).await.unwrap();
    store
        .record_pending("other#1", "sweep", two(), Some("an operator"))
        .await
        .unwrap();
    store
        .skipped("other#1", "not in the timetable")
        .await
        .unwrap();
    assert_eq!(watermark(store).await, before);
    assert_eq!(tick(store).await.asked_by.as_deref(), Some("an operator"));
}

#[tokio::test]
async fn ticks_older_than_the_window_share_a_row_and_the_others_have_their_own() {
    let home = begun().await;
    let store = &home.store;
    let before = two() - SignedDuration::from_mins(30);
    assert!(
        store
            .shared_skip("sweep", before, two(), 31, "too late")
            .await
            .unwrap()
    );
    assert!(
        !store
            .shared_skip("sweep", before, two(), 31, "too late")
            .await
            .unwrap()
    );
    let minute = |n| two() + SignedDuration::from_mins(n);
    let own = [("a".to_owned(), minute(1)), ("b".to_owned(), minute(2))];
    assert_eq!(
        store
            .record_skipped("sweep", &own, "superseded")
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        store
            .record_skipped("sweep", &own, "superseded")
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        store
            .record_skipped("sweep", &[], "superseded")
            .await
            .unwrap(),
        0
    );
    let rows = store.ticks_of("sweep", 10).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.count, row.until_instant))
        .collect();
    assert_eq!(told, [(1, None), (1, None), (31, Some(two()))]);
    assert_eq!(watermark(store).await, minute(2));
}

#[tokio::test]
async fn a_pause_lasts_from_when_it_was_first_asked_for_until_it_ends_or_is_ended() {
    let home = begun().await;
    let (store, day) = (&home.store, SignedDuration::from_hours(24));
    let until = home.now().await + day;
    store.pause("sweep", until, "moving", "ada").await.unwrap();
    let [first] = store.pauses().await.unwrap().try_into().unwrap();
    assert_eq!(
        (first.reason.as_str(), first.paused_by.as_str()),
        ("moving", "ada")
    );
    store
        .pause("sweep", until + day, "still moving", "ben")
        .await
        .unwrap();
    let [longer] = store.pauses().await.unwrap().try_into().unwrap();
    assert_eq!(
        (longer.since, longer.until > first.until),
        (first.since, true)
    );
    assert!(store.resume("sweep").await.unwrap());
    assert!(!store.resume("sweep").await.unwrap(), "it has ended");
    let [ended] = store.pauses().await.unwrap().try_into().unwrap();
    assert!(ended.until <= home.now().await);
    store.pause("sweep", until, "again", "ada").await.unwrap();
    let [again] = store.pauses().await.unwrap().try_into().unwrap();
    assert!(again.since >= ended.until, "another pause");
}
