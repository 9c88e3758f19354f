//! The queue under Redis Sentinel.

use standins::Sentinels;

use super::{failover::goes_on, links::every_call_works, *};

async fn under_sentinels() -> (Sentinels, Queue) {
    let sentinels = Sentinels::start().await.expect("sentinels");
    let queue = Queue::connect(&sentinels.url(), &standins::prefix()).expect("a queue");
    (sentinels, queue)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_works_on_the_master_that_sentinels_name() {
    let (_sentinels, queue) = under_sentinels().await;
    every_call_works(&queue).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_goes_on_with_the_master_that_took_over() {
    let (mut sentinels, queue) = under_sentinels().await;
    goes_on(&queue, async || {
        sentinels.kill_master();
        sentinels.until_failed_over().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_leaves_a_master_that_hangs() {
    let (mut sentinels, queue) = under_sentinels().await;
    goes_on(&queue, async || {
        sentinels.pause_master();
        sentinels.until_failed_over().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_idle_through_a_failover_notices_nothing() {
    let (mut sentinels, queue) = under_sentinels().await;
    queue.ping().await.unwrap();
    sentinels.kill_master();
    sentinels.until_failed_over().await;
    queue.enqueue(job()).await.unwrap();
}
