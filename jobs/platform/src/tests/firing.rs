//! The leader lease, and firing under it.

use super::*;
use crate::{
    SWEEP,
    leader::{Candidate, Fired, Held, Renewed},
};

const TTL: Duration = Duration::from_secs(15);
const DAY: Duration = Duration::from_hours(24);
const TICK: &str = "sweep@2026-11-21T14:00:00Z";

fn candidate(owner: &str, term: i64) -> Candidate {
    Candidate {
        owner: owner.into(),
        term,
        version: 1,
    }
}

fn sweep() -> NewJob {
    NewJob::raw("sweep", SWEEP, b"{}".to_vec())
}

#[tokio::test]
async fn one_holds_the_lease_and_the_other_learns_how_long_to_wait() {
    let queue = queue().await;
    assert_eq!(
        queue.hold(&candidate("a", 1), TTL).await.unwrap(),
        Held::Ours
    );
    let Held::Theirs(left) = queue.hold(&candidate("b", 2), TTL).await.unwrap() else {
        panic!("two hold one lease")
    };
    assert!(left <= TTL && left > TTL / 2, "{left:?}");
    assert_eq!(
        queue.hold(&candidate("a", 1), TTL).await.unwrap(),
        Held::Ours,
        "a lost reply"
    );
}

#[tokio::test]
async fn an_old_term_of_the_same_owner_is_nobody() {
    let queue = queue().await;
    let (old, new) = (candidate("a", 1), candidate("a", 2));
    queue.hold(&old, TTL).await.unwrap();
    assert!(queue.let_go(&old).await.unwrap());
    queue.hold(&new, TTL).await.unwrap();
    assert_eq!(queue.renew(&old, TTL, TTL).await.unwrap(), Renewed::Lost);
    assert!(!queue.let_go(&old).await.unwrap());
    assert_eq!(
        queue.fire(&old, TICK, &sweep(), DAY).await.unwrap(),
        Fired::NotLeader
    );
    assert_eq!(queue.depth(SWEEP).await.unwrap(), 0);
    assert_eq!(queue.leader().await.unwrap().unwrap().term, 2);
}

#[tokio::test]
async fn a_tick_is_fired_once_whoever_asks() {
    let queue = queue().await;
    let (a, b) = (candidate("a", 1), candidate("b", 2));
    queue.hold(&a, TTL).await.unwrap();
    assert_eq!(queue.ask_fired(&a, TICK).await.unwrap(), Fired::Unknown);
    assert_eq!(
        queue.fire(&a, TICK, &sweep(), DAY).await.unwrap(),
        Fired::Queued
    );
    queue.let_go(&a).await.unwrap();
    queue.hold(&b, TTL).await.unwrap();
    assert_eq!(
        queue.fire(&b, TICK, &sweep(), DAY).await.unwrap(),
        Fired::Remembered
    );
    assert_eq!(queue.ask_fired(&b, TICK).await.unwrap(), Fired::Remembered);
    assert_eq!(queue.depth(SWEEP).await.unwrap(), 1);
    let shown = queue.show(SWEEP, JobId::derived_from(TICK)).await.unwrap();
    assert_eq!(shown.unwrap().kind, "sweep");
}

#[tokio::test]
async fn a_leader_hears_of_a_newer_timetable_that_asks() {
    let queue = queue().await;
    let newer = Candidate {
        version: 2,
        ..candidate("b", 2)
    };
    queue.hold(&candidate("a", 1), TTL).await.unwrap();
    queue.hold(&newer, TTL).await.unwrap();
    let renewed = queue.renew(&candidate("a", 1), TTL, TTL).await.unwrap();
    assert_eq!(renewed, Renewed::Ours { newest_asked: 2 });
}

#[tokio::test]
async fn a_tick_fires_jobs_of_its_own_queue_only() {
    let queue = queue().await;
    queue.hold(&candidate("a", 1), TTL).await.unwrap();
    assert!(
        queue
            .fire(&candidate("a", 1), TICK, &job(), DAY)
            .await
            .is_err()
    );
}
