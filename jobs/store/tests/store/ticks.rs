//! Every tick ever due says what became of it, and is decided once.

mod open;
mod schedules;

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

fn two() -> Timestamp {
    "2026-11-21T14:00:00Z".parse().unwrap()
}

/// A schedule whose watermark stands an hour before two.
async fn begun() -> Home {
    let home = Home::new().await;
    let at = two() - SignedDuration::from_hours(1);
    home.store
        .begin_schedule("sweep", at, "* * * * *")
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
    let pending = home.store.pending_ticks(&[], 10).await.unwrap();
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
    assert!(store.pending_ticks(&[], 10).await.unwrap().is_empty());
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
async fn pending_rows_of_schedules_nobody_knows_do_not_hold_up_the_others() {
    let home = begun().await;
    let store = &home.store;
    for id in ["gone@1", "gone@2"] {
        let earlier = two() - SignedDuration::from_hours(2);
        store
            .record_pending(id, "gone", earlier, None)
            .await
            .unwrap();
    }
    record(store, None).await;
    let known = ["sweep".to_owned()];
    let first = store.pending_ticks(&known, 1).await.unwrap();
    assert_eq!(first[0].id, TICK);
    assert_eq!(store.pending_ticks(&known, 10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_asked_for_in_bulk_is_recorded_once_with_who_asked() {
    let home = begun().await;
    let store = &home.store;
    let asked = [("a#ask".to_owned(), two()), ("b#ask".to_owned(), two())];
    let first = store.record_asked("sweep", &asked[..1], "ada").await;
    assert_eq!(first.unwrap(), ["a#ask"]);
    let both = store.record_asked("sweep", &asked, "ben").await;
    assert_eq!(both.unwrap(), ["b#ask"]);
    let ids = asked.map(|(id, _)| id);
    let rows = store.ticks_by_id(&ids).await.unwrap();
    let by: Vec<_> = rows.iter().filter_map(|row| row.asked_by.clone()).collect();
    assert_eq!(by, ["ada", "ben"]);
}

#[tokio::test]
async fn of_each_schedule_the_newest_that_was_fired_is_known() {
    let home = begun().await;
    let store = &home.store;
    let hour = SignedDuration::from_hours(1);
    for (id, instant) in [("old", two() - hour), (TICK, two()), ("new", two() + hour)] {
        store
            .record_pending(id, "sweep", instant, None)
            .await
            .unwrap();
    }
    store.fired("old", 7, Uuid::new_v4(), None).await.unwrap();
    store.finished(TICK).await.unwrap();
    let lines = ["never".to_owned(), "sweep".to_owned()];
    let last = store.last_fired(&lines).await.unwrap();
    assert_eq!((last.len(), last[0].id.as_str()), (1, TICK));
}
