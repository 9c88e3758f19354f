//! What an operator sees and changes of single jobs, keys, days and workers.

use super::{mending::dead, *};
use crate::{Edited, Scope, State};

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
