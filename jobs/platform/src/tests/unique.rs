//! One of a sort: how long a key is held, and who is told about whom.

use super::*;
use crate::{Scope, State, Wish};

fn greeting(scope: Scope) -> NewJob {
    job().unique("user:7", scope)
}

#[tokio::test]
async fn until_done_the_duplicate_is_told_who_stands_and_where() {
    let queue = queue().await;
    let first = queue.enqueue(greeting(Scope::UntilDone)).await.unwrap();
    let running = claim_one(&queue).await;
    let second = queue.enqueue(greeting(Scope::UntilDone)).await.unwrap();
    assert_eq!(
        (second.id, second.standing),
        (first.id, Some(State::Running))
    );
    assert!(settle(&queue, &running, Settlement::Done).await);
    assert!(
        queue
            .enqueue(greeting(Scope::UntilDone))
            .await
            .unwrap()
            .accepted()
    );
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn until_started_one_may_wait_while_another_runs() {
    let queue = queue().await;
    let scope = Scope::UntilStarted;
    queue.enqueue(greeting(scope)).await.unwrap();
    assert!(!queue.enqueue(greeting(scope)).await.unwrap().accepted());
    let running = claim_one(&queue).await;
    assert!(queue.enqueue(greeting(scope)).await.unwrap().accepted());
    assert!(!queue.enqueue(greeting(scope)).await.unwrap().accepted());
    // The end of the first must not give away the key of the second.
    assert!(settle(&queue, &running, Settlement::Done).await);
    assert!(!queue.enqueue(greeting(scope)).await.unwrap().accepted());
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_window_outlives_its_job() {
    let queue = queue().await;
    let scope = Scope::Window(Duration::from_hours(1));
    let first = queue.enqueue(greeting(scope)).await.unwrap();
    let running = claim_one(&queue).await;
    assert!(settle(&queue, &running, Settlement::Done).await);
    let again = queue.enqueue(greeting(scope)).await.unwrap();
    assert_eq!((again.id, again.standing), (first.id, Some(State::Done)));
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_window_ends_to_the_millisecond() {
    let mut queue = queue().await;
    let clock = Clock::of(&mut queue);
    let greet = async || {
        let scope = Scope::Window(Duration::from_mins(1));
        queue.enqueue(greeting(scope)).await.unwrap().accepted()
    };
    assert!(greet().await);
    clock.put_on(Duration::from_millis(59_999));
    assert!(!greet().await);
    clock.put_on(Duration::from_millis(1));
    assert!(greet().await);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn windows_that_are_over_are_forgotten_by_the_next_claims() {
    let mut queue = queue().await;
    let clock = Clock::of(&mut queue);
    let scope = Scope::Window(Duration::from_mins(1));
    for n in 0..300 {
        queue
            .enqueue(job().unique(format!("n:{n}"), scope))
            .await
            .unwrap();
    }
    clock.put_on(Duration::from_mins(1));
    let keys = queue.keys(QUEUE);
    standins::until("no key is left", async || {
        claim(&queue, 1000).await;
        let mut redis = queue.link.shared();
        let left: u64 = redis::AsyncCommands::hlen(&mut redis, &keys.unique)
            .await
            .unwrap();
        left == 0
    })
    .await;
}

#[tokio::test]
async fn a_dead_job_gives_its_key_away_and_takes_it_back_when_retried() {
    let queue = queue().await;
    let scope = Scope::UntilDone;
    let first = queue
        .enqueue(greeting(scope).max_attempts(1))
        .await
        .unwrap()
        .id;
    assert!(fail(&queue, &claim_one(&queue).await).await);
    let second = queue.enqueue(greeting(scope)).await.unwrap();
    assert!(second.accepted());
    let refused = retry(&queue, first).await;
    assert_eq!(refused, Mended::KeyHeldBy(second.id));
    assert_eq!(
        queue.cancel(QUEUE, second.id, "test").await.unwrap(),
        Wish::Granted
    );
    let retried = retry(&queue, first).await;
    assert_eq!(retried, Mended::Touched);
    assert!(!queue.enqueue(greeting(scope)).await.unwrap().accepted());
    claim(&queue, 10).await;
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn of_a_hundred_at_the_same_time_one_is_accepted() {
    let queue = queue().await;
    let all = (0..100).map(|_| queue.enqueue(greeting(Scope::UntilDone)));
    let receipts = futures_util::future::join_all(all).await;
    let accepted = receipts.iter().filter(|r| r.as_ref().unwrap().accepted());
    assert_eq!(accepted.count(), 1);
    assert_eq!(queue.depth(QUEUE).await.unwrap(), 1);
}
