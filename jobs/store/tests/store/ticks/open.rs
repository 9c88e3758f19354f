//! A tick that was fired is looked after until its job has run.

use std::time::Duration;

use store::TickState::Skipped;
use uuid::Uuid;

use super::{TICK, begun, record, tick, two};

const MINUTE: Duration = Duration::from_mins(1);
const HALF_HOUR: Duration = Duration::from_mins(30);

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
