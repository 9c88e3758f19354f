//! What was deleted comes back as it was; what is erased does not.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    mending::{dead, under},
    *,
};
use crate::{MOST_IN_SLICE, Scope, State};

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

    let slice = queue.deleted(QUEUE, 0, Some(receipt), None).await.unwrap();
    let looked = slice.looked;
    let mut binned: Vec<_> = slice
        .jobs
        .into_iter()
        .map(|one| (one.id, one.origin))
        .collect();
    binned.sort();
    let mut expected = vec![(gone_dead, "tick:x".to_owned()), (waits, String::new())];
    expected.sort();
    assert_eq!((binned, looked), (expected, 2));
    assert_eq!(
        queue
            .deleted(QUEUE, 0, Some(Uuid::new_v4()), None)
            .await
            .unwrap()
            .jobs,
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
            .deleted(QUEUE, 0, Some(receipt), None)
            .await
            .unwrap()
            .jobs
            .len(),
        1
    );
    invariant::holds(&queue).await;
}

/// So many of one receipt, all of one instant.
async fn bin(queue: &Queue, clock: &Clock, many: usize) -> (Uuid, Vec<JobId>) {
    clock.put_on(Duration::from_secs(1));
    let later = clock.now() + Duration::from_mins(1);
    let (receipt, jobs) = (Uuid::new_v4(), (0..many).map(|_| job().at(later)));
    let ids = queue.enqueue_many(jobs.collect()).await.unwrap();
    let ids: Vec<_> = ids.into_iter().map(|receipt| receipt.id).collect();
    for slice in ids.chunks(MOST_IN_SLICE) {
        let deleted = queue.delete_slice(QUEUE, slice, under(receipt)).await;
        assert_eq!(deleted.unwrap().len(), slice.len());
    }
    (receipt, ids)
}

async fn trim(queue: &Queue, ids: &[JobId]) {
    for slice in ids.chunks(MOST_IN_SLICE) {
        let erased = queue.erase_slice(QUEUE, slice, Under::default(), &[], "trimmed");
        erased.await.unwrap();
    }
}

#[tokio::test]
async fn nothing_in_the_bin_is_skipped_or_seen_twice_though_what_was_seen_is_gone_by_then() {
    let mut queue = queue().await;
    let clock = Clock::of(&mut queue);
    let (_, before) = bin(&queue, &clock, 250).await;
    let (receipt, wanted) = bin(&queue, &clock, 450).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let slice = queue.deleted(QUEUE, 0, Some(receipt), after.as_ref()).await;
        let slice = slice.unwrap();
        assert!(slice.looked <= MOST_IN_SLICE);
        let ids: Vec<_> = slice.jobs.iter().map(|one| one.id).collect();
        let restored = queue.restore_slice(QUEUE, &ids, Under::default()).await;
        assert_eq!(restored.unwrap().len(), ids.len());
        if !ids.is_empty() {
            trim(&queue, &before).await;
        }
        seen.extend(ids);
        after = slice.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), wanted.len());
    assert_eq!(BTreeSet::from_iter(seen), BTreeSet::from_iter(wanted));
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
        .erase_slice(QUEUE, &ids, Under::default(), &[], "purged")
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
