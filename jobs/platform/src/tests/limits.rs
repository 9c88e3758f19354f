//! Pause, rates and caps: the same for all workers, by Redis's clock.

use redis::AsyncCommands as _;

use super::*;
use crate::{Keep, Policies, Policy, Rate};

async fn governed(policy: Policy) -> Queue {
    let policies = Policies::default().with(QUEUE, policy).unwrap();
    queue().await.governed_by(policies)
}

async fn fill(queue: &Queue, many: usize) {
    let jobs = (0..many).map(|_| job()).collect();
    queue.enqueue_many(jobs).await.unwrap();
}

async fn claim_with_next(queue: &Queue, many: usize) -> (usize, Option<Duration>) {
    let claims = queue
        .claim(&lane(queue), many, LEASE, Fences::new().next())
        .await;
    let Claims { jobs, next } = claims.unwrap();
    (jobs.len(), next)
}

#[tokio::test]
async fn no_more_run_than_may_over_all_workers() {
    let policy = Policy {
        max_running: Some(3),
        ..Policy::DEFAULT
    };
    let queue = governed(policy).await;
    fill(&queue, 10).await;
    let first = claim(&queue, 2).await;
    assert_eq!(claim(&queue, 5).await.len(), 1);
    assert_eq!(claim(&queue, 5).await.len(), 0);
    assert!(settle(&queue, &first[0], Settlement::Done).await);
    assert_eq!(claim(&queue, 5).await.len(), 1);
    invariant::holds(&queue).await;
}

/// Nobody would look again before half a lease has passed. Who asks for more than may run is held back.
#[tokio::test]
async fn what_was_called_off_holds_up_nobody_behind_it_where_only_so_many_may_run() {
    let once = Rate::new(1, Duration::from_hours(1));
    for (max_running, rate) in [(Some(1), None), (None, Some(once))] {
        let queue = governed(Policy {
            max_running,
            rate,
            ..Policy::DEFAULT
        })
        .await;
        let receipts = queue.enqueue_many((0..6).map(|_| job()).collect()).await;
        let ids: Vec<_> = receipts.unwrap().iter().map(|job| job.id).collect();
        for id in &ids[..5] {
            let wish = queue.cancel(QUEUE, *id, "test").await.unwrap();
            assert_eq!(wish, crate::Wish::Granted);
        }
        for _ in 0..5 {
            take_token(&queue).await;
            assert_eq!(claim(&queue, 2).await.len(), 0);
            assert!(take_token(&queue).await, "somebody is told to look again");
        }
        assert_eq!(claim(&queue, 2).await[0].id(), ids[5]);
        assert!(!take_token(&queue).await, "nothing waits any more");
        invariant::holds(&queue).await;
    }
}

/// Whether there was one.
async fn take_token(queue: &Queue) -> bool {
    let key = queue.keys(QUEUE).wake;
    let taken: u32 = queue.link.shared().del(key).await.unwrap();
    taken == 1
}

#[tokio::test]
async fn a_rate_lets_its_burst_go_and_then_says_when_the_next_may() {
    let rate = Rate {
        count: 1,
        per: Duration::from_secs(10),
        burst: 4,
    };
    let queue = governed(Policy {
        rate: Some(rate),
        ..Policy::DEFAULT
    })
    .await;
    fill(&queue, 10).await;
    assert_eq!(claim(&queue, 3).await.len(), 3);
    let (brought, next) = claim_with_next(&queue, 3).await;
    assert_eq!(brought, 1);
    let next = next.unwrap();
    assert!(
        next > Duration::from_secs(9) && next <= Duration::from_secs(10),
        "{next:?}"
    );
    assert_eq!(claim(&queue, 3).await.len(), 0);
}

#[tokio::test]
async fn a_rate_is_shared_by_all_workers_and_refills() {
    let rate = Rate {
        count: 1000,
        per: Duration::from_secs(1),
        burst: 10,
    };
    let queue = governed(Policy {
        rate: Some(rate),
        ..Policy::DEFAULT
    })
    .await;
    fill(&queue, 60).await;
    let begun = queue.now().await.unwrap();
    let mut started = 0;
    while started < 60 {
        started += claim(&queue, 7).await.len() + claim(&queue, 7).await.len();
    }
    let took = queue.now().await.unwrap().duration_since(begun);
    // Ten at once, and the other fifty a millisecond each.
    assert!(took.as_millis() >= 49, "{took:?}");
}

#[tokio::test]
async fn a_paused_queue_starts_nothing_says_why_and_finishes_what_runs() {
    let queue = queue().await;
    fill(&queue, 2).await;
    let running = claim_one(&queue).await;
    assert!(
        !queue
            .pause(QUEUE, None, "the relay is down", "us")
            .await
            .unwrap()
    );
    assert_eq!(claim(&queue, 1).await.len(), 0);
    assert!(settle(&queue, &running, Settlement::Done).await);
    let pause = queue.paused(QUEUE).await.unwrap().unwrap();
    assert_eq!(
        (pause.until, pause.reason.as_str()),
        (None, "the relay is down")
    );
    assert!(queue.resume(QUEUE).await.unwrap());
    assert_eq!(queue.paused(QUEUE).await.unwrap(), None);
    assert_eq!(claim(&queue, 1).await.len(), 1);
}

#[tokio::test]
async fn a_pause_with_an_end_ends_by_itself() {
    let mut queue = queue().await;
    let clock = Clock::of(&mut queue);
    fill(&queue, 1).await;
    let long = Duration::from_millis(80);
    queue
        .pause(QUEUE, Some(long), "for a moment", "us")
        .await
        .unwrap();
    let (brought, next) = claim_with_next(&queue, 1).await;
    assert_eq!((brought, next), (0, Some(long)));
    clock.put_on(long);
    claim_one(&queue).await;
    assert_eq!(queue.paused(QUEUE).await.unwrap(), None);
}

#[tokio::test]
async fn the_done_and_the_dead_are_kept_as_many_and_as_long_as_the_queue_says() {
    let keep = Keep {
        time: Duration::from_mins(1),
        count: 3,
    };
    let queue = governed(Policy {
        keep_done: keep,
        keep_dead: keep,
        ..Policy::DEFAULT
    })
    .await;
    fill(&queue, 10).await;
    for (place, job) in claim(&queue, 10).await.iter().enumerate() {
        let fatal = crate::Failure::Fatal(anyhow::anyhow!("no"));
        let end = if place % 2 == 0 {
            Settlement::Done
        } else {
            settlement(job, fatal, "fatal")
        };
        assert!(settle(&queue, job, end).await);
        invariant::holds(&queue).await;
    }
    let counts = queue.counts(QUEUE).await.unwrap();
    assert_eq!((counts.done, counts.dead), (3, 3));
    let listed = queue.list(QUEUE, crate::State::Done, 10).await.unwrap();
    assert_eq!(listed.len(), 3);
}

#[tokio::test]
async fn what_is_kept_too_long_is_forgotten_by_the_next_claim() {
    let keep = Keep {
        time: Duration::from_mins(1),
        count: 100,
    };
    let mut queue = governed(Policy {
        keep_done: keep,
        ..Policy::DEFAULT
    })
    .await;
    let clock = Clock::of(&mut queue);
    fill(&queue, 1).await;
    assert!(settle(&queue, &claim_one(&queue).await, Settlement::Done).await);
    clock.put_on(keep.time + Duration::from_millis(1));
    claim(&queue, 1).await;
    assert_eq!(queue.counts(QUEUE).await.unwrap().done, 0);
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn jobs_are_spread_over_partitions_and_found_again() {
    let queue = governed(Policy {
        partitions: 4,
        ..Policy::DEFAULT
    })
    .await;
    fill(&queue, 200).await;
    let mut claimed = 0;
    for partition in 0..4 {
        let lane = queue.lane(QUEUE, partition);
        let jobs = queue
            .claim(&lane, 1000, LEASE, Fences::new().next())
            .await
            .unwrap()
            .jobs;
        assert!(jobs.len() > 20, "partition {partition} has {}", jobs.len());
        claimed += jobs.len();
        assert_eq!(
            state(&queue, jobs[0].id()).await,
            Some(crate::State::Running)
        );
    }
    assert_eq!(claimed, 200);
    assert_eq!(queue.counts(QUEUE).await.unwrap().running, 200);
}

#[tokio::test]
async fn who_believes_in_another_number_of_partitions_is_refused() {
    let ours = queue().await;
    ours.agree_on_partitions(&[QUEUE]).await.unwrap();
    let policy = Policy {
        partitions: 4,
        ..Policy::DEFAULT
    };
    let theirs = ours
        .clone()
        .governed_by(Policies::default().with(QUEUE, policy).unwrap());
    let refused = theirs.agree_on_partitions(&[QUEUE]).await.unwrap_err();
    assert!(
        refused.to_string().contains("1 partitions in Redis, and 4"),
        "{refused}"
    );
    ours.agree_on_partitions(&[QUEUE]).await.unwrap();
}
