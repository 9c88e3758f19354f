//! Slices that an operator mends: each job once, counted in the same step.

use uuid::Uuid;

use super::*;
use crate::{Mended, State, Under};

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
