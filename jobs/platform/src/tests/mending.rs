//! Slices that an operator mends: each job once, counted in the same step, and what was deleted can come
//! back.

use uuid::Uuid;

use super::*;
use crate::{Edited, Mended, Scope, State, Under};

fn under(receipt: Uuid) -> Under {
    Under {
        receipt: Some(receipt),
        as_of: None,
    }
}

async fn dead(queue: &Queue, job: NewJob) -> JobId {
    let id = queue.enqueue(job.max_attempts(1)).await.unwrap().id;
    assert!(fail(queue, &claim_one(queue).await).await);
    id
}

#[tokio::test]
async fn a_slice_asked_for_twice_touches_and_counts_each_job_once() {
    let queue = queue().await;
    let (one, other) = (dead(&queue, job()).await, dead(&queue, job()).await);
    let (ids, receipt) = ([one, other], Uuid::new_v4());
    let first = queue
        .retry_slice(QUEUE, &ids, under(receipt))
        .await
        .unwrap();
    assert_eq!(first, [Mended::Touched, Mended::Touched]);
    let again = queue
        .retry_slice(QUEUE, &ids, under(receipt))
        .await
        .unwrap();
    let ready = Mended::Elsewhere(Some(State::Ready));
    assert_eq!(again, [ready.clone(), ready]);
    assert_eq!(queue.touched(&[QUEUE], receipt).await.unwrap(), 2);
    queue.forget_receipt(&[QUEUE], receipt).await.unwrap();
    assert_eq!(queue.touched(&[QUEUE], receipt).await.unwrap(), 0);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_job_that_was_given_up_again_since_has_had_its_turn() {
    let queue = queue().await;
    let id = dead(&queue, job()).await;
    let died = queue.show(QUEUE, id).await.unwrap().unwrap().at.unwrap();
    let before = Under {
        receipt: None,
        as_of: Some(died - Duration::from_millis(1)),
    };
    let late = queue.retry_slice(QUEUE, &[id], before).await.unwrap();
    assert_eq!(late, [Mended::EndedSince]);
    let late = queue.delete_slice(QUEUE, &[id], before).await.unwrap();
    assert_eq!(late, [Mended::EndedSince]);
    let at = Under {
        as_of: Some(died),
        ..before
    };
    assert_eq!(
        queue.retry_slice(QUEUE, &[id], at).await.unwrap(),
        [Mended::Touched]
    );
}

#[tokio::test]
async fn what_was_deleted_is_restored_as_it_was_wherever_it_stood() {
    let queue = queue().await;
    let gone_dead = dead(&queue, job().origin("tick:x")).await;
    let waits = job().at(queue.now().await.unwrap() + Duration::from_mins(1));
    let waits = queue
        .enqueue(waits.unique("k", Scope::UntilDone))
        .await
        .unwrap()
        .id;
    let ids = [gone_dead, waits];
    let before = [
        queue.show(QUEUE, gone_dead).await.unwrap(),
        queue.show(QUEUE, waits).await.unwrap(),
    ];
    let receipt = Uuid::new_v4();
    let deleted = queue
        .delete_slice(QUEUE, &ids, under(receipt))
        .await
        .unwrap();
    assert_eq!(deleted, [Mended::Touched, Mended::Touched]);
    assert_eq!(state(&queue, gone_dead).await, None);
    assert_eq!(queue.depth(QUEUE).await.unwrap(), 0);
    invariant::holds(&queue).await;

    let (binned, looked) = queue.deleted(QUEUE, 0, Some(receipt), 0).await.unwrap();
    let mut binned: Vec<_> = binned.into_iter().map(|one| (one.id, one.origin)).collect();
    binned.sort();
    let mut expected = vec![(gone_dead, "tick:x".to_owned()), (waits, String::new())];
    expected.sort();
    assert_eq!((binned, looked), (expected, 2));
    assert_eq!(
        queue
            .deleted(QUEUE, 0, Some(Uuid::new_v4()), 0)
            .await
            .unwrap()
            .0,
        []
    );

    let restored = queue
        .restore_slice(QUEUE, &ids, Under::default())
        .await
        .unwrap();
    assert_eq!(restored, [Mended::Touched, Mended::Touched]);
    let after = [
        queue.show(QUEUE, gone_dead).await.unwrap(),
        queue.show(QUEUE, waits).await.unwrap(),
    ];
    assert_eq!(after, before);
    let again = queue
        .restore_slice(QUEUE, &ids, Under::default())
        .await
        .unwrap();
    assert!(
        again.iter().all(|one| matches!(one, Mended::Elsewhere(_))),
        "{again:?}"
    );
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_deleted_job_whose_key_another_took_stays_in_the_bin() {
    let queue = queue().await;
    let keyed = || job().unique("k", Scope::UntilDone);
    let later = queue.now().await.unwrap() + Duration::from_mins(1);
    let first = queue.enqueue(keyed().at(later)).await.unwrap().id;
    let receipt = Uuid::new_v4();
    queue
        .delete_slice(QUEUE, &[first], under(receipt))
        .await
        .unwrap();
    let second = queue.enqueue(keyed()).await.unwrap();
    assert!(second.accepted(), "{second:?}");
    let refused = queue
        .restore_slice(QUEUE, &[first], Under::default())
        .await
        .unwrap();
    assert_eq!(refused, [Mended::KeyHeldBy(second.id)]);
    assert_eq!(
        queue
            .deleted(QUEUE, 0, Some(receipt), 0)
            .await
            .unwrap()
            .0
            .len(),
        1
    );
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn what_waits_in_line_or_runs_is_not_deleted() {
    let queue = queue().await;
    let runs = queue.enqueue(job()).await.unwrap().id;
    claim_one(&queue).await;
    let waits = queue.enqueue(job()).await.unwrap().id;
    let refused = queue
        .delete_slice(QUEUE, &[runs, waits], Under::default())
        .await
        .unwrap();
    assert_eq!(
        refused,
        [State::Running, State::Ready].map(|state| Mended::Elsewhere(Some(state)))
    );
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn an_edited_job_runs_with_its_new_payload_and_a_running_one_is_left_alone() {
    let queue = queue().await;
    let id = queue.enqueue(job().origin("tick:x")).await.unwrap().id;
    let (old, new) = (serde_json::json!({}), serde_json::json!({ "sleep_ms": 5 }));
    assert_eq!(
        queue.edit(QUEUE, id, &old, &new).await.unwrap(),
        Edited::Granted
    );
    assert_eq!(
        queue.edit(QUEUE, id, &old, &new).await.unwrap(),
        Edited::Changed
    );
    let running = claim_one(&queue).await;
    let (_, call, payload) = running.read().unwrap();
    assert_eq!(
        (payload, call.origin.as_str()),
        (&br#"{"sleep_ms":5}"#[..], "tick:x")
    );
    let late = queue.edit(QUEUE, id, &new, &old).await.unwrap();
    assert_eq!(late, Edited::TooLate(State::Running));
}

#[tokio::test]
async fn of_two_edits_of_what_both_have_seen_the_second_is_told() {
    let queue = queue().await;
    let id = queue.enqueue(job()).await.unwrap().id;
    let seen = crate::record::encode(&job());
    let keys = queue.keys(QUEUE);
    let mut call = crate::scripts::EDIT.on(&keys.all());
    call.arg("").arg(id.as_bytes()).arg(&seen).arg("theirs");
    // Its time of birth is not in what was seen, so that is not what stands.
    let answer: String = queue.link.run(&call).await.unwrap();
    assert_eq!(answer, "changed");
    assert_eq!(state(&queue, id).await, Some(State::Ready));
}

#[tokio::test]
async fn what_happened_is_counted_by_day() {
    let queue = queue().await;
    queue.enqueue(job()).await.unwrap();
    assert!(settle(&queue, &claim_one(&queue).await, Settlement::Done).await);
    dead(&queue, job()).await;
    let again = queue.enqueue(job()).await.unwrap().id;
    assert!(fail(&queue, &claim_one(&queue).await).await);
    queue.cancel(QUEUE, again, "test").await.unwrap();
    let days = queue.history(QUEUE, 2).await.unwrap();
    let today = days[0];
    let counts = [
        today.done,
        today.dead,
        today.failed,
        today.cancelled,
        today.lost,
    ];
    assert_eq!((days.len(), counts), (2, [1, 1, 1, 1, 0]));
}

#[tokio::test]
async fn only_the_one_that_is_stuck_is_freed_of_two_holders_of_a_key() {
    let queue = queue().await;
    let held = queue
        .enqueue(job().unique("k", Scope::UntilDone))
        .await
        .unwrap()
        .id;
    let (_, locks) = queue.locks(QUEUE, 0, 0).await.unwrap();
    assert_eq!(
        locks.into_iter().collect::<Vec<_>>(),
        [("k".to_owned(), held)]
    );
    let stranger = JobId::fresh(None);
    assert!(!queue.break_lock(QUEUE, 0, "k", stranger).await.unwrap());
    assert!(queue.break_lock(QUEUE, 0, "k", held).await.unwrap());
    assert!(
        queue
            .enqueue(job().unique("k", Scope::UntilDone))
            .await
            .unwrap()
            .accepted()
    );
}

#[tokio::test]
async fn of_an_erased_job_nothing_is_left_wherever_it_stood() {
    let queue = queue().await;
    let secret = || NewJob::raw("probe", QUEUE, br#"{"user_id":4711}"#.to_vec());
    let buried = dead(&queue, secret()).await;
    let binned = dead(&queue, secret()).await;
    queue
        .delete_slice(QUEUE, &[binned], Under::default())
        .await
        .unwrap();
    let running = queue.enqueue(secret()).await.unwrap().id;
    let lease = claim_one(&queue).await;
    let later = queue.now().await.unwrap() + Duration::from_mins(1);
    let waits = queue.enqueue(secret().at(later)).await.unwrap().id;
    let ready = queue.enqueue(secret()).await.unwrap().id;
    let ids = [buried, binned, running, waits, ready];
    let erased = queue
        .erase_slice(QUEUE, &ids, Under::default(), "purged")
        .await
        .unwrap();
    let mut expected = vec![Mended::Touched; 5];
    expected[2] = Mended::Stopping;
    assert_eq!(erased, expected);
    invariant::holds(&queue).await;

    let end = Settlement::Cancelled {
        attempt: 1,
        reason: "purged".to_owned(),
    };
    assert!(settle(&queue, &lease, end).await);
    assert_eq!(claim(&queue, 5).await.len(), 0);
    let keys = queue.keys(QUEUE);
    for hash in [&keys.jobs, &keys.bin, &keys.trail] {
        let left: u64 = redis::cmd("HLEN")
            .arg(hash)
            .query_async(&mut queue.link.shared())
            .await
            .unwrap();
        assert_eq!(left, 0, "{hash}");
    }
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn a_worker_is_on_the_roster_until_it_leaves_and_hears_what_is_wished() {
    use crate::{WorkerSays, WorkerState, WorkerWish};
    let queue = queue().await;
    let says = WorkerSays {
        version: "1".to_owned(),
        started: Timestamp::UNIX_EPOCH,
        queues: [(QUEUE.to_owned(), 2)].into(),
        state: WorkerState::Working,
    };
    assert_eq!(queue.beat("a", &says).await.unwrap(), None);
    assert!(queue.wish("a", WorkerWish::Quiet).await.unwrap());
    assert!(!queue.wish("b", WorkerWish::Quiet).await.unwrap());
    assert_eq!(
        queue.beat("a", &says).await.unwrap(),
        Some(WorkerWish::Quiet)
    );
    let seen = queue.workers().await.unwrap();
    assert_eq!((seen.len(), seen[0].says.as_ref()), (1, Some(&says)));
    queue.leave("a").await.unwrap();
    assert_eq!(queue.workers().await.unwrap().len(), 0);
}
