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
    assert_eq!(queue.renew(&old, TTL).await.unwrap(), Renewed::Lost);
    assert!(!queue.let_go(&old).await.unwrap());
    assert_eq!(
        queue.fire(&old, TICK, &sweep(), DAY, &[]).await.unwrap(),
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
        queue.fire(&a, TICK, &sweep(), DAY, &[]).await.unwrap(),
        Fired::Queued
    );
    queue.let_go(&a).await.unwrap();
    queue.hold(&b, TTL).await.unwrap();
    assert_eq!(
        queue.fire(&b, TICK, &sweep(), DAY, &[]).await.unwrap(),
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
    let Renewed::Ours { asked, .. } = queue.renew(&candidate("a", 1), TTL).await.unwrap() else {
        panic!("the lease is lost")
    };
    let versions: Vec<_> = asked.iter().map(|asked| asked.version).collect();
    assert_eq!(versions, [1, 2]);
    assert!(asked.iter().all(|asked| asked.ago < TTL), "{asked:?}");
}

#[tokio::test]
async fn a_tick_fires_jobs_of_its_own_queue_only() {
    let queue = queue().await;
    queue.hold(&candidate("a", 1), TTL).await.unwrap();
    assert!(
        queue
            .fire(&candidate("a", 1), TICK, &job(), DAY, &[])
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_leader_hears_that_it_is_asked_to_step_down_and_its_next_term_does_not() {
    let queue = queue().await;
    let (a, again) = (candidate("a", 1), candidate("a", 2));
    let asked = async |who: &Candidate| match queue.renew(who, TTL).await.unwrap() {
        Renewed::Ours { step_down, .. } => step_down,
        Renewed::Lost => panic!("the lease is lost"),
    };
    queue.hold(&a, TTL).await.unwrap();
    assert!(!queue.ask_to_step_down(2).await.unwrap(), "another term");
    assert!(!asked(&a).await);
    assert!(queue.ask_to_step_down(1).await.unwrap());
    assert!(asked(&a).await);
    queue.let_go(&a).await.unwrap();
    assert!(!queue.ask_to_step_down(1).await.unwrap(), "nobody leads");
    queue.hold(&again, TTL).await.unwrap();
    assert!(!asked(&again).await);
}

#[tokio::test]
async fn a_tick_waits_for_the_jobs_it_would_come_behind_but_not_for_the_dead() {
    let queue = queue().await;
    let (a, before) = (candidate("a", 1), "sweep@2026-11-21T13:59:00Z");
    let behind = [JobId::derived_from(before)];
    queue.hold(&a, TTL).await.unwrap();
    let fired = async |tick, behind| queue.fire(&a, tick, &sweep(), DAY, behind).await.unwrap();
    assert_eq!(fired(before, &[]).await, Fired::Queued);
    assert_eq!(fired(TICK, &behind).await, Fired::Unfinished);
    assert_eq!(queue.depth(SWEEP).await.unwrap(), 1);
    let lane = queue.lane(SWEEP, 0);
    let claimed = queue.claim(&lane, 1, LEASE, Fences::new().next()).await;
    let error = crate::settle::Error::new("failed", "no");
    let bury = Settlement::Bury { attempt: 1, error };
    let buried = [ToSettle::of(&claimed.unwrap().jobs[0], bury)];
    assert_eq!(queue.settle(&lane, &buried).await.unwrap(), [true]);
    assert_eq!(fired(TICK, &behind).await, Fired::Queued);
}
