//! Slices that an operator mends: each job once, counted in the same step.

use uuid::Uuid;

use super::*;
use crate::State;

pub(super) fn under(receipt: Uuid) -> Under {
    Under {
        receipt: Some(receipt),
        as_of: None,
    }
}

pub(super) async fn dead(queue: &Queue, job: NewJob) -> JobId {
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
async fn what_is_erased_stands_as_was_meant_and_has_not_ended_since() {
    let queue = queue().await;
    let (buried, retried) = (dead(&queue, job()).await, dead(&queue, job()).await);
    let died = queue.show(QUEUE, buried).await.unwrap().unwrap().at;
    let binned = dead(&queue, job()).await;
    retry(&queue, retried).await;
    let ids = [buried, retried, binned];
    let deleted = queue.delete_slice(QUEUE, &ids[2..], Under::default());
    assert_eq!(deleted.await.unwrap(), [Mended::Touched]);
    let before = Under {
        receipt: None,
        as_of: died.map(|died| died - Duration::from_millis(1)),
    };
    let among = [State::Dead];
    let spared = queue.erase_slice(QUEUE, &ids, before, &among, "erased");
    let ready = Mended::Elsewhere(Some(State::Ready));
    let gone = Mended::Elsewhere(None);
    assert_eq!(
        spared.await.unwrap(),
        [Mended::EndedSince, ready.clone(), gone.clone()]
    );
    let at = Under {
        as_of: died,
        ..before
    };
    let erased = queue.erase_slice(QUEUE, &ids, at, &among, "erased").await;
    assert_eq!(erased.unwrap(), [Mended::Touched, ready, gone]);
    assert_eq!(claim_one(&queue).await.id(), retried);
    let slice = queue.deleted(QUEUE, 0, None, None).await.unwrap();
    assert_eq!(slice.jobs.len(), 1);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn what_runs_is_neither_erased_nor_stopped_unless_whatever_is_there_was_meant() {
    let queue = queue().await;
    let ids = [queue.enqueue(job()).await.unwrap().id];
    claim_one(&queue).await;
    let under = Under::default();
    let named = queue.erase_slice(QUEUE, &ids, under, &State::ALL, "erased");
    let runs = Mended::Elsewhere(Some(State::Running));
    assert_eq!(named.await.unwrap(), [runs]);
    assert!(!queue.any_cancelled(&lane(&queue)).await.unwrap());
    let purged = queue.erase_slice(QUEUE, &ids, under, &[], "purged");
    assert_eq!(purged.await.unwrap(), [Mended::Stopping]);
    assert!(queue.any_cancelled(&lane(&queue)).await.unwrap());
}
