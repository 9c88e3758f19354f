//! Every tick ever due says what became of it, and is decided once.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use store::{
    Store, Tick,
    TickState::{Finished, Fired, Pending, Skipped},
};
use uuid::Uuid;

use crate::home::Home;

const TICK: &str = "sweep@2026-11-21T14:00:00Z";
const LATE: Duration = Duration::from_millis(1500);
const MINUTE: Duration = Duration::from_mins(1);
const HALF_HOUR: Duration = Duration::from_mins(30);

fn two() -> Timestamp {
    "2026-11-21T14:00:00Z".parse().unwrap()
}

/// A schedule whose watermark stands an hour before two.
async fn begun() -> Home {
    let home = Home::new().await;
    let at = two() - SignedDuration::from_hours(1);
    home.store
        .set_watermark("sweep", at, "* * * * *")
        .await
        .unwrap();
    home
}

async fn record(store: &Store, asked_by: Option<&str>) -> bool {
    store
        .record_pending(TICK, "sweep", two(), asked_by)
        .await
        .unwrap()
}

async fn watermark(store: &Store) -> Timestamp {
    store.watermarks().await.unwrap()[0].instant
}

async fn tick(store: &Store) -> Tick {
    store.tick(TICK).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_tick_is_recorded_once() {
    let home = begun().await;
    assert!(record(&home.store, None).await);
    assert!(!record(&home.store, None).await);
    let pending = home.store.pending_ticks(10).await.unwrap();
    assert_eq!((pending.len(), pending[0].state), (1, Pending));
}

#[tokio::test]
async fn a_fired_tick_says_by_whom_and_how_late_and_moves_the_watermark() {
    let home = begun().await;
    let (store, job) = (&home.store, Uuid::new_v4());
    record(store, None).await;
    assert!(store.fired(TICK, 7, job, Some(LATE)).await.unwrap());
    assert!(!store.fired(TICK, 8, job, Some(LATE)).await.unwrap());
    let row = tick(store).await;
    assert_eq!(
        (row.state, row.term, row.job_id, row.late_s),
        (Fired, Some(7), Some(job), Some(1.5))
    );
    assert_eq!(watermark(store).await, two());
    assert!(store.pending_ticks(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_job_that_is_quicker_than_the_leader_finishes_its_tick_for_good() {
    let home = begun().await;
    let (store, job) = (&home.store, Uuid::new_v4());
    record(store, None).await;
    assert!(store.finished(TICK).await.unwrap());
    assert!(!store.fired(TICK, 7, job, Some(LATE)).await.unwrap());
    assert!(!store.fired(TICK, 8, job, None).await.unwrap());
    let row = tick(store).await;
    assert_eq!(
        (row.state, row.term, row.late_s),
        (Finished, Some(7), Some(1.5))
    );
    assert_eq!(watermark(store).await, two());
}

#[tokio::test]
async fn a_skipped_tick_is_never_fired_and_a_fired_one_never_skipped() {
    let home = begun().await;
    let store = &home.store;
    record(store, None).await;
    assert!(store.skipped(TICK, "late").await.unwrap());
    assert!(!store.fired(TICK, 7, Uuid::new_v4(), None).await.unwrap());
    assert!(!store.finished(TICK).await.unwrap());
    let row = tick(store).await;
    assert_eq!(
        (row.state, row.reason.as_deref(), row.term),
        (Skipped, Some("late"), None)
    );
    assert_eq!(watermark(store).await, two());

    store
        .record_pending("other", "sweep", two(), None)
        .await
        .unwrap();
    store.fired("other", 7, Uuid::new_v4(), None).await.unwrap();
    assert!(!store.skipped("other", "late").await.unwrap());
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
async fn a_watermark_never_moves_back() {
    let home = begun().await;
    let store = &home.store;
    let (past, now) = (
        two() - SignedDuration::from_hours(9),
        watermark(store).await,
    );
    store
        .set_watermark("sweep", past, "0 * * * *")
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
    let known = store.watermarks().await.unwrap();
    assert_eq!(
        (known[0].instant, known[0].spec.as_str()),
        (now, "0 * * * *")
    );
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
async fn a_fired_tick_is_looked_after_until_it_is_finished() {
    let home = begun().await;
    let store = &home.store;
    record(store, None).await;
    store.fired(TICK, 7, Uuid::new_v4(), None).await.unwrap();
    assert!(
        store
            .ticks_for_check(MINUTE, HALF_HOUR, 10)
            .await
            .unwrap()
            .is_empty()
    );
    home.sql("UPDATE ticks SET fired_at = fired_at - interval '61 s'")
        .await;
    assert_eq!(
        store
            .ticks_for_check(MINUTE, HALF_HOUR, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    assert!(
        store
            .ticks_for_check(MINUTE, HALF_HOUR, 10)
            .await
            .unwrap()
            .is_empty()
    );
    home.sql("UPDATE ticks SET check_at = check_at - interval '121 s'")
        .await;
    assert_eq!(
        store
            .ticks_for_check(MINUTE, HALF_HOUR, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    assert_eq!(store.open_ticks("", 10).await.unwrap().len(), 1);
    store.finished(TICK).await.unwrap();
    home.sql("UPDATE ticks SET check_at = check_at - interval '1 h'")
        .await;
    assert!(
        store
            .ticks_for_check(MINUTE, HALF_HOUR, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(store.open_ticks("", 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn no_two_leaders_share_a_term() {
    let home = Home::new().await;
    let first = home.store.next_term().await.unwrap();
    assert!(home.store.next_term().await.unwrap() > first);
}

#[tokio::test]
async fn a_birth_mark_is_replaced_by_the_next() {
    let home = Home::new().await;
    let store = &home.store;
    for mark in ["first", "second"] {
        store.set_birth_mark("default.0", mark).await.unwrap();
    }
    assert_eq!(
        store.birth_marks().await.unwrap(),
        [("default.0".to_owned(), "second".to_owned())]
    );
}
