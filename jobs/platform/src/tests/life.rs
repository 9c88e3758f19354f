//! One job's way through the scripts.

use super::*;
use crate::{State, settle::hand_back};

#[tokio::test]
async fn a_job_done_leaves_nothing_behind() {
    let queue = queue().await;
    let id = queue.enqueue(job()).await.unwrap().id;
    let claimed = claim_one(&queue).await;
    assert_eq!(state(&queue, id).await, Some(State::Running));
    assert!(settle(&queue, &claimed, Settlement::Done).await);
    assert_eq!(state(&queue, id).await, None);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn an_id_is_accepted_once_and_the_answer_says_where_it_stands() {
    let queue = queue().await;
    let id = JobId::fresh(None);
    assert!(queue.enqueue(job().id(id)).await.unwrap().accepted());
    assert_eq!(
        queue.enqueue(job().id(id)).await.unwrap().standing,
        Some(State::Ready)
    );
    let claimed = claim_one(&queue).await;
    assert_eq!(
        queue.enqueue(job().id(id)).await.unwrap().standing,
        Some(State::Running)
    );
    assert!(fail(&queue, &claimed).await);
    assert_eq!(
        queue.enqueue(job().id(id)).await.unwrap().standing,
        Some(State::Retrying)
    );
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn the_same_id_twice_in_one_call_is_accepted_once() {
    let queue = queue().await;
    let id = JobId::fresh(None);
    let receipts = queue
        .enqueue_many(vec![job().id(id), job().id(id)])
        .await
        .unwrap();
    assert_eq!(
        receipts.iter().filter(|receipt| receipt.accepted()).count(),
        1
    );
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_unique_key_is_held_until_its_job_is_done() {
    let queue = queue().await;
    let keyed = || job().unique("user:7", crate::Scope::UntilDone);
    let first = queue.enqueue(keyed()).await.unwrap().id;
    assert_eq!(queue.enqueue(keyed()).await.unwrap().id, first);
    assert!(settle(&queue, &claim_one(&queue).await, Settlement::Done).await);
    assert!(queue.enqueue(keyed()).await.unwrap().accepted());
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_scheduled_job_is_not_claimed_before_its_time() {
    let mut queue = queue().await;
    let clock = Clock::of(&mut queue);
    let at = clock.now() + Duration::from_millis(30);
    let id = queue.enqueue_at(job(), at).await.unwrap().id;
    clock.put_on(Duration::from_millis(29));
    assert!(claim(&queue, 1).await.is_empty());
    assert_eq!(state(&queue, id).await, Some(State::Scheduled));
    clock.put_on(Duration::from_millis(1));
    assert_eq!(claim_one(&queue).await.id(), id);
}

#[tokio::test]
async fn who_lost_the_lease_can_neither_settle_nor_extend() {
    let queue = queue().await;
    queue.enqueue(job()).await.unwrap();
    let stalled = claim_for(&queue, 1, Duration::ZERO).await.remove(0);
    let other = claim_one(&queue).await;
    assert_eq!((other.entry().attempt, other.entry().lost), (2, 1));
    assert!(!settle(&queue, &stalled, Settlement::Done).await);
    assert!(!fail(&queue, &stalled).await);
    assert!(!settle(&queue, &stalled, crate::settle::used_up(&stalled)).await);
    assert_eq!(
        queue
            .extend(&lane(&queue), &[stalled.member, other.member], LEASE)
            .await
            .unwrap()
            .missing,
        [stalled.member]
    );
    assert!(settle(&queue, &other, Settlement::Done).await);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn settling_twice_settles_once() {
    let queue = queue().await;
    queue.enqueue(job()).await.unwrap();
    let claimed = claim_one(&queue).await;
    assert!(settle(&queue, &claimed, Settlement::Done).await);
    assert!(!settle(&queue, &claimed, Settlement::Done).await);
}

#[tokio::test]
async fn a_lost_lease_runs_again_at_once_the_first_time_and_then_waits() {
    let queue = queue().await;
    let id = queue
        .enqueue(job().backoff(Duration::from_mins(1)))
        .await
        .unwrap()
        .id;
    assert_eq!(claim_for(&queue, 1, Duration::ZERO).await.len(), 1);
    assert_eq!(claim_for(&queue, 1, Duration::ZERO).await.len(), 1);
    assert!(claim(&queue, 1).await.is_empty());
    let shown = queue.show(QUEUE, id).await.unwrap().unwrap();
    assert_eq!(
        (shown.state, shown.attempt, shown.lost),
        (State::Retrying, 2, 2)
    );
    assert_eq!(shown.errors.len(), 2);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_job_that_takes_its_workers_down_is_claimed_once_more_to_be_buried() {
    let queue = queue().await;
    let id = queue.enqueue(job().max_attempts(1)).await.unwrap().id;
    assert!(!claim_for(&queue, 1, Duration::ZERO).await[0].exhausted());
    let last = claim_one(&queue).await;
    assert!(last.exhausted());
    assert!(settle(&queue, &last, crate::settle::used_up(&last)).await);
    let shown = queue.show(QUEUE, id).await.unwrap().unwrap();
    assert_eq!((shown.state, shown.attempt), (State::Dead, 1));
    assert_eq!(shown.errors.last().unwrap().code, "exhausted");
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn the_dead_get_all_their_attempts_again_and_their_key_only_if_it_is_free() {
    let queue = queue().await;
    let keyed = job()
        .max_attempts(1)
        .unique("user:7", crate::Scope::UntilDone);
    let id = queue.enqueue(keyed.clone()).await.unwrap().id;
    assert!(fail(&queue, &claim_one(&queue).await).await);
    assert_eq!(state(&queue, id).await, Some(State::Dead));
    let holder = queue.enqueue(keyed).await.unwrap().id;
    assert_ne!(holder, id);
    assert_eq!(retry(&queue, id).await, Mended::KeyHeldBy(holder));
    assert!(settle(&queue, &claim_one(&queue).await, Settlement::Done).await);
    assert_eq!(retry(&queue, id).await, Mended::Touched);
    assert_eq!(
        retry(&queue, id).await,
        Mended::Elsewhere(Some(State::Ready))
    );
    assert_eq!(claim_one(&queue).await.entry().attempt, 1);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn handed_back_it_stands_first_in_line_as_if_never_claimed() {
    let queue = queue().await;
    let first = queue.enqueue(job()).await.unwrap().id;
    queue.enqueue(job()).await.unwrap();
    let claimed = claim_one(&queue).await;
    assert!(settle(&queue, &claimed, hand_back(&claimed)).await);
    let again = claim_one(&queue).await;
    assert_eq!((again.id(), again.entry().attempt), (first, 1));
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn an_expired_lease_whose_record_is_gone_is_dropped_and_counted() {
    let queue = queue().await;
    queue.enqueue(job()).await.unwrap();
    let claimed = claim_for(&queue, 1, Duration::ZERO).await.remove(0);
    let keys = queue.keys(QUEUE);
    let mut redis = queue.link.shared();
    let () = redis::AsyncCommands::hdel(&mut redis, &keys.jobs, claimed.id().as_bytes())
        .await
        .unwrap();
    assert!(claim(&queue, 1).await.is_empty());
    let orphans: u32 = redis::AsyncCommands::hget(&mut redis, &keys.state, "orphans")
        .await
        .unwrap();
    assert_eq!(orphans, 1);
}

#[tokio::test]
async fn listings_show_each_job_where_it_stands() {
    let queue = queue().await;
    queue
        .enqueue_many((0..4).map(|_| job().max_attempts(2)).collect())
        .await
        .unwrap();
    queue
        .enqueue_at(job(), soon(&queue).await + Duration::from_mins(1))
        .await
        .unwrap();
    let claimed = claim(&queue, 2).await;
    assert!(settle(&queue, &claimed[0], crate::settle::used_up(&claimed[0])).await);
    for (state, count) in [
        (State::Ready, 2),
        (State::Running, 1),
        (State::Dead, 1),
        (State::Scheduled, 1),
    ] {
        let listed = queue.list(QUEUE, state, 10).await.unwrap();
        assert_eq!(listed.len(), count, "{state}");
        assert!(
            listed
                .iter()
                .all(|job| job.state == state && job.kind == "probe")
        );
    }
    let counts = queue.counts(QUEUE).await.unwrap();
    assert_eq!(
        (counts.ready, counts.running, counts.due, counts.dead),
        (2, 1, 1, 1)
    );
    assert!(counts.oldest.is_some());
}

#[tokio::test]
async fn a_claim_promotes_and_takes_back_a_slice_however_much_waits() {
    let mut queue = queue().await;
    let clock = Clock::of(&mut queue);
    queue.enqueue_many(vec![job(); 300]).await.unwrap();
    claim_for(&queue, 300, Duration::ZERO).await;
    let at = clock.now() + LEASE;
    queue.enqueue_many(vec![job().at(at); 1200]).await.unwrap();
    clock.put_on(LEASE);
    claim(&queue, 1).await;
    let counts = queue.counts(QUEUE).await.unwrap();
    assert_eq!((counts.due, counts.running), (1200 - 200, 300 - 100 + 1));
}

#[tokio::test]
async fn redis_alone_says_when_a_job_was_created_and_when_it_is_due() {
    let queue = queue().await;
    let before = queue.now().await.unwrap();
    let late = queue.enqueue_at(job(), before - LEASE).await.unwrap().id;
    let early = queue.enqueue_at(job(), before + LEASE).await.unwrap().id;
    let after = queue.now().await.unwrap();
    for (id, wanted) in [(late, State::Ready), (early, State::Scheduled)] {
        let job = queue.show(QUEUE, id).await.unwrap().unwrap();
        assert_eq!(job.state, wanted);
        let ms = job.created.unwrap().as_millisecond();
        assert!((before.as_millisecond()..=after.as_millisecond()).contains(&ms));
    }
}

#[tokio::test]
async fn a_running_job_is_found_among_many() {
    let queue = queue().await;
    queue.enqueue_many(vec![job(); 1200]).await.unwrap();
    for running in claim(&queue, 1200).await {
        assert_eq!(state(&queue, running.id()).await, Some(State::Running));
    }
}

#[tokio::test]
async fn bad_input_is_named_and_nothing_is_stored() {
    let queue = queue().await;
    let cases = [
        (NewJob::raw("Probe", QUEUE, vec![]), "kind \"Probe\""),
        (NewJob::raw("probe", "{x}", vec![]), "queue \"{x}\""),
        (job().max_attempts(0), "max attempts"),
        (
            NewJob::raw("probe", QUEUE, vec![0; crate::MOST_PAYLOAD + 1]),
            "payload is",
        ),
    ];
    for (bad, said) in cases {
        let error = queue.enqueue(bad).await.unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert_eq!(queue.depth(QUEUE).await.unwrap(), 0);
}
