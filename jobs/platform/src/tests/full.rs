//! At `maxmemory`: enqueue alone is refused, what was accepted goes on, and room makes it right again.

use super::*;
use crate::{QueueError, WorkerSays, WorkerState, WorkerWish};

/// A Redis with room for a few thousand jobs, already full.
async fn full() -> (standins::Redis, Queue) {
    let limits = ["--maxmemory", "4mb", "--maxmemory-policy", "noeviction"];
    let redis = standins::Redis::start(&limits).await.unwrap();
    let queue = Queue::connect(&redis.url(), "").unwrap();
    // In ever smaller portions: the last ones fill what buffers of the large ones gave back.
    for size in [500, 10, 1] {
        let mut portions = 0;
        while accepts(&queue, size).await {
            portions += 1;
            assert!(portions < 1000, "it never gets full");
        }
    }
    (redis, queue)
}

async fn accepts(queue: &Queue, many: usize) -> bool {
    let big = || NewJob::raw("probe", QUEUE, vec![b'x'; 1000]).max_attempts(1);
    let accepted = queue.enqueue_many((0..many).map(|_| big()).collect()).await;
    match accepted {
        Ok(_) => true,
        Err(QueueError::Full) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_full_redis_refuses_new_jobs_whole_and_lets_everything_else_go_on() {
    let (_redis, queue) = full().await;
    invariant::holds(&queue).await;
    let before = queue.depth(QUEUE).await.unwrap();
    assert!(matches!(queue.enqueue(job()).await, Err(QueueError::Full)));
    assert_eq!(queue.depth(QUEUE).await.unwrap(), before);

    let claimed = claim(&queue, 4).await;
    let [done, failed, cancelled, back] = &claimed[..] else {
        panic!("four jobs are ready")
    };
    let members: Vec<_> = claimed.iter().map(|job| job.member).collect();
    let extended = queue.extend(&lane(&queue), &members, LEASE).await.unwrap();
    assert!(extended.missing.is_empty());
    assert!(settle(&queue, done, Settlement::Done).await);
    assert!(fail(&queue, failed).await);
    let reason = "test".to_owned();
    assert!(
        settle(
            &queue,
            cancelled,
            Settlement::Cancelled { attempt: 1, reason }
        )
        .await
    );
    assert!(settle(&queue, back, crate::settle::hand_back(back)).await);
    queue.pause(QUEUE, None, "full", "us").await.unwrap();
    queue.resume(QUEUE).await.unwrap();
    retry(&queue, failed.id()).await;
    queue.hand_on(&lane(&queue)).await.unwrap();
    let says = WorkerSays {
        version: "1".to_owned(),
        started: queue.now().await.unwrap(),
        queues: [(QUEUE.to_owned(), 1)].into(),
        state: WorkerState::Working,
    };
    queue.beat("full", &says).await.unwrap();
    assert!(queue.wish("full", WorkerWish::Drain).await.unwrap());
    invariant::holds(&queue).await;
}

#[tokio::test]
async fn once_there_is_room_jobs_are_accepted_again_without_anybodys_help() {
    let (_redis, queue) = full().await;
    while queue.depth(QUEUE).await.unwrap() > 0 {
        for job in claim(&queue, 500).await {
            assert!(settle(&queue, &job, Settlement::Done).await);
        }
    }
    standins::until("there is room", async || queue.enqueue(job()).await.is_ok()).await;
}
