//! Told to stop: what runs may finish, nothing new is begun, and nothing is used up.

use std::time::Duration;

use platform::State::{Ready, Running};
use standins::until;
use tokio::time::timeout;

use crate::house::{House, Worker};

/// Long enough to look around while it runs, and to need its lease extended while draining.
const LONG: u64 = 4_000;
/// Far longer than a drain.
const ENDLESS: u64 = 60_000;
/// Far longer than it takes to drop something, and far shorter than a drain.
const AT_ONCE: Duration = Duration::from_secs(10);

/// The drain takes 25 s, so that only a second signal cuts it short.
const STANDARD: u32 = 1;
/// A lease lasts less than `LONG`, and the drain more.
const QUICKER: u32 = 5;
/// The drain is over in little more than a second.
const HASTY: u32 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_finishes_and_nothing_new_is_begun() {
    let house = House::new().await;
    let begun = [house.probe(LONG / 2).await, house.probe(LONG).await];
    let worker = Worker::start(&house, QUICKER);
    worker.has_begun(2).await;
    let waiting = house.probe(0).await;

    worker.term();
    worker.says("/readyz", 503).await;
    worker.says("/livez", 200).await;
    let late = house.probe(0).await;
    assert_eq!(house.state(begun[1]).await, Some(Running), "raise LONG");

    // The shorter one frees its slot on the way: a claim would show, even if it were handed back.
    until("it has ended", async || {
        for untouched in [waiting, late] {
            assert_eq!(house.seen(untouched).await, (Ready, 0, 0));
        }
        worker.ended().is_some()
    })
    .await;
    assert!(worker.wait().await.success(), "{}", worker.logs());
    for finished in begun {
        assert_eq!(house.state(finished).await, None, "{}", worker.logs());
    }
}

/// As when a new version is rolled out.
#[tokio::test(flavor = "multi_thread")]
async fn while_one_drains_another_does_the_rest_and_leaves_it_what_it_has() {
    let house = House::new().await;
    let running = house.probe(LONG).await;
    let draining = Worker::start(&house, QUICKER);
    draining.has_begun(1).await;
    draining.term();
    draining.says("/readyz", 503).await;

    let _other = Worker::start(&house, QUICKER);
    let late = house.probe(0).await;
    house.is_gone(late).await;
    assert_eq!(house.seen(running).await, (Running, 1, 0));

    // Had its lease run out meanwhile, the other would have it now.
    assert!(draining.wait().await.success(), "{}", draining.logs());
    assert_eq!(house.state(running).await, None, "{}", draining.logs());
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_second_signal_what_runs_is_handed_back_unused() {
    let house = House::new().await;
    let begun = [house.probe(ENDLESS).await, house.probe(ENDLESS).await];
    let worker = Worker::start(&house, STANDARD);
    worker.has_begun(2).await;
    let waiting = house.probe(0).await;

    worker.term();
    worker.says("/readyz", 503).await;
    for running in begun {
        assert_eq!(house.seen(running).await, (Running, 1, 0));
    }

    worker.term();
    let ended = timeout(AT_ONCE, worker.wait()).await;
    assert!(
        ended.is_ok_and(|status| status.success()),
        "{}",
        worker.logs()
    );
    for untouched in [begun[0], begun[1], waiting] {
        let seen = house.seen(untouched).await;
        assert_eq!(seen, (Ready, 0, 0), "{}", worker.logs());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_outlasts_the_drain_is_handed_back_unused_and_done_by_the_next() {
    let house = House::new().await;
    let running = house.probe(ENDLESS).await;
    let worker = Worker::start(&house, HASTY);
    worker.has_begun(1).await;

    worker.term();
    assert!(worker.wait().await.success(), "{}", worker.logs());
    assert_eq!(house.seen(running).await, (Ready, 0, 0));

    let next = Worker::start(&house, HASTY);
    next.has_begun(1).await;
    assert_eq!(house.seen(running).await, (Running, 1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_worker_ends_at_once() {
    let house = House::new().await;
    let worker = Worker::start(&house, STANDARD);
    worker.says("/readyz", 200).await;
    worker.term();
    let ended = timeout(AT_ONCE, worker.wait()).await;
    assert!(
        ended.is_ok_and(|status| status.success()),
        "{}",
        worker.logs()
    );
}

/// A release that never gets ready must not take jobs from the one that works.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_without_its_schema_claims_nothing_until_it_has_it() {
    let house = House::without_schema().await;
    let job = house.probe(0).await;
    let worker = Worker::start(&house, QUICKER);
    worker.wait_for_log("Waiting for Postgres").await;
    worker.says("/readyz", 503).await;
    assert_eq!(house.seen(job).await, (Ready, 0, 0));
    house.migrate().await;
    house.is_gone(job).await;
    worker.says("/readyz", 200).await;
}
