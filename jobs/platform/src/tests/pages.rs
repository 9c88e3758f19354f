//! A backlog walked page by page, while it changes.

use std::collections::BTreeSet;

use super::*;
use crate::{
    State,
    inspect::{Look, Place, Spot},
};

fn look(place: Place, many: usize) -> Look {
    Look {
        place,
        many,
        newest_first: false,
        from: None,
        before: None,
    }
}

async fn walk(queue: &Queue, look: &Look) -> Vec<JobId> {
    walk_on(queue, look, None).await
}

async fn walk_on(queue: &Queue, look: &Look, mut after: Option<Spot>) -> Vec<JobId> {
    let mut ids = Vec::new();
    loop {
        let page = queue.page(QUEUE, 0, look, after.as_ref()).await.unwrap();
        assert!(page.looked <= look.many);
        ids.extend(page.jobs.iter().map(|(job, _)| job.id));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

async fn fill(queue: &Queue, many: usize, at: Option<Timestamp>) -> Vec<JobId> {
    let jobs = (0..many).map(|_| at.map_or_else(job, |at| job().at(at)));
    let receipts = queue.enqueue_many(jobs.collect()).await.unwrap();
    receipts.into_iter().map(|receipt| receipt.id).collect()
}

#[tokio::test]
async fn every_job_of_one_instant_is_seen_once_forwards_and_backwards() {
    let queue = queue().await;
    let later = queue.now().await.unwrap() + Duration::from_hours(1);
    let ids = fill(&queue, 25, Some(later)).await;
    let forwards = walk(&queue, &look(Place::Due, 7)).await;
    assert_eq!(forwards.len(), 25);
    assert_eq!(
        BTreeSet::from_iter(ids),
        BTreeSet::from_iter(forwards.clone())
    );
    let newest_first = true;
    let mut backwards = walk(
        &queue,
        &Look {
            newest_first,
            ..look(Place::Due, 7)
        },
    )
    .await;
    backwards.reverse();
    assert_eq!(backwards, forwards);
}

#[tokio::test]
async fn the_line_is_seen_first_come_first_across_pages() {
    let queue = queue().await;
    let ids = fill(&queue, 10, None).await;
    for many in [1, 3, 10, 50] {
        assert_eq!(walk(&queue, &look(Place::Ready, many)).await, ids, "{many}");
    }
}

#[tokio::test]
async fn nothing_is_skipped_though_what_was_read_is_gone_by_the_next_page() {
    let queue = queue().await;
    let later = queue.now().await.unwrap() + Duration::from_hours(1);
    let due = fill(&queue, 20, Some(later)).await;
    let line = fill(&queue, 20, None).await;
    for (place, all) in [(Place::Due, due), (Place::Ready, line)] {
        let look = look(place, 6);
        let first = queue.page(QUEUE, 0, &look, None).await.unwrap();
        match place {
            Place::Due => {
                for (seen, _) in &first.jobs {
                    queue.cancel(QUEUE, seen.id, "seen").await.unwrap();
                }
            }
            _ => assert_eq!(claim(&queue, 6).await.len(), 6),
        }
        let mut seen: BTreeSet<_> = first.jobs.iter().map(|(job, _)| job.id).collect();
        let mut after = first.next;
        while let Some(spot) = after {
            let page = queue.page(QUEUE, 0, &look, Some(&spot)).await.unwrap();
            seen.extend(page.jobs.iter().map(|(job, _)| job.id));
            after = page.next;
        }
        assert_eq!(seen, BTreeSet::from_iter(all));
    }
}

#[tokio::test]
async fn nothing_is_skipped_though_workers_are_faster_and_others_line_up() {
    for (claimed, more) in [(15, 0), (0, 10), (8, 10)] {
        let queue = queue().await;
        let mut all = fill(&queue, 20, None).await;
        let look = look(Place::Ready, 6);
        let first = queue.page(QUEUE, 0, &look, None).await.unwrap();
        claim(&queue, claimed).await;
        all.extend(fill(&queue, more, None).await);
        all.drain(6..claimed.max(6));
        let mut seen: Vec<_> = first.jobs.iter().map(|(job, _)| job.id).collect();
        seen.extend(walk_on(&queue, &look, first.next).await);
        assert_eq!(seen, all, "{claimed} claimed, {more} more");
    }
}

#[tokio::test]
async fn nothing_is_seen_twice_though_the_job_where_one_goes_on_is_gone() {
    let queue = queue().await;
    let later = queue.now().await.unwrap() + Duration::from_hours(1);
    fill(&queue, 20, Some(later)).await;
    let (look, mut seen, mut after) = (look(Place::Due, 6), Vec::new(), None);
    loop {
        let page = queue.page(QUEUE, 0, &look, after.as_ref()).await.unwrap();
        seen.extend(page.jobs.iter().map(|(job, _)| job.id));
        let last = *seen.last().unwrap();
        assert_eq!(
            queue.cancel(QUEUE, last, "seen").await.unwrap(),
            crate::Wish::Granted
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), BTreeSet::from_iter(seen).len()), (20, 20));
}

#[tokio::test]
async fn a_walk_goes_on_after_any_job_of_a_page() {
    let queue = queue().await;
    let ids = fill(&queue, 5, None).await;
    let later = queue.now().await.unwrap() + Duration::from_hours(1);
    fill(&queue, 5, Some(later)).await;
    for place in [Place::Ready, Place::Due] {
        let all = walk(&queue, &look(place, 50)).await;
        let page = queue.page(QUEUE, 0, &look(place, 4), None).await.unwrap();
        for (i, (_, spot)) in page.jobs.iter().enumerate() {
            let rest = queue
                .page(QUEUE, 0, &look(place, 50), Some(spot))
                .await
                .unwrap();
            let rest: Vec<_> = rest.jobs.iter().map(|(job, _)| job.id).collect();
            assert_eq!(rest, all[i + 1..], "{place:?} after {i}");
        }
    }
    assert_eq!(walk(&queue, &look(Place::Ready, 2)).await, ids);
}

#[tokio::test]
async fn only_what_falls_between_two_times_is_looked_at() {
    let queue = queue().await;
    let start = queue.now().await.unwrap() + Duration::from_hours(1);
    let at = |minutes| start + Duration::from_mins(minutes);
    for minutes in 0..5 {
        fill(&queue, 2, Some(at(minutes))).await;
    }
    let between = Look {
        from: Some(at(1)),
        before: Some(at(3)),
        ..look(Place::Due, 3)
    };
    let page = queue.page(QUEUE, 0, &between, None).await.unwrap();
    assert_eq!((page.looked, page.next.is_some()), (3, true));
    assert_eq!(walk(&queue, &between).await.len(), 4);
}

#[tokio::test]
async fn a_page_ends_after_a_megabyte_of_records() {
    let queue = queue().await;
    let large = || NewJob::raw("probe", QUEUE, vec![b' '; 200_000]);
    queue
        .enqueue_many((0..12).map(|_| large()).collect())
        .await
        .unwrap();
    let page = queue
        .page(QUEUE, 0, &look(Place::Ready, 500), None)
        .await
        .unwrap();
    assert!(
        page.jobs.len() < 6 && page.next.is_some(),
        "{}",
        page.jobs.len()
    );
    assert_eq!(walk(&queue, &look(Place::Ready, 500)).await.len(), 12);
}

#[tokio::test]
async fn a_cancelled_job_still_in_line_is_shown_as_such() {
    let queue = queue().await;
    let id = fill(&queue, 1, None).await[0];
    queue.cancel(QUEUE, id, "test").await.unwrap();
    let page = queue
        .page(QUEUE, 0, &look(Place::Ready, 5), None)
        .await
        .unwrap();
    assert_eq!(page.jobs[0].0.state, State::Cancelled);
}
