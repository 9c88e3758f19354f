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
async fn runs_count_as_unfinished_until_they_finish_or_their_window_ends() {
    let home = begun().await;
    let store = &home.store;
    let unfinished = async || store.unfinished_ticks("sweep", MINUTE).await.unwrap();
    record(store, None).await;
    assert!(unfinished().await.is_empty(), "it is not fired");
    store.fired(TICK, 7, Uuid::new_v4(), None).await.unwrap();
    assert_eq!(unfinished().await, [TICK]);
    home.sql("UPDATE ticks SET fired_at = fired_at - interval '61 s'")
        .await;
    assert!(unfinished().await.is_empty(), "its window has ended");
    home.sql("UPDATE ticks SET fired_at = now()").await;
    store.finished(TICK).await.unwrap();
    assert!(unfinished().await.is_empty(), "it has finished");
}

#[tokio::test]
async fn a_tick_whose_job_was_lost_for_good_says_so_and_a_finished_one_never() {
    let home = begun().await;
    let store = &home.store;
    record(store, None).await;
    assert!(!store.given_up_tick(TICK, "too late").await.unwrap());
    store.fired(TICK, 7, Uuid::new_v4(), None).await.unwrap();
    assert!(store.given_up_tick(TICK, "too late").await.unwrap());
    let row = tick(store).await;
    assert_eq!(
        (row.state, row.reason.as_deref()),
        (Skipped, Some("too late"))
    );
    store
        .record_pending("other", "sweep", two(), None)
        .await
        .unwrap();
    store.finished("other").await.unwrap();
    assert!(!store.given_up_tick("other", "too late").await.unwrap());
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
