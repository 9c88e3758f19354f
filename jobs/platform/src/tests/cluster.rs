//! The queue on a Redis Cluster.

use standins::Cluster;

use super::{failover::goes_on, links::every_call_works, *};

async fn on_a_cluster(masters: usize, replicas: usize) -> (Cluster, Queue) {
    let cluster = Cluster::start(masters, replicas).await.expect("a cluster");
    let queue = Queue::connect(&cluster.url(), &standins::prefix()).expect("a queue");
    (cluster, queue)
}

fn owner(cluster: &Cluster, queue: &Queue) -> usize {
    let key = queue.keys(QUEUE).wake;
    cluster.owner_of(&key).expect("the master of the queue")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_works_whichever_node_has_its_keys() {
    let (_cluster, queue) = on_a_cluster(3, 0).await;
    every_call_works(&queue).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_goes_on_when_its_node_is_lost() {
    let (mut cluster, queue) = on_a_cluster(3, 1).await;
    let owner = owner(&cluster, &queue);
    goes_on(&queue, async || {
        cluster.kill(owner);
        cluster.until_healthy().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_leaves_a_node_that_hangs() {
    let (mut cluster, queue) = on_a_cluster(3, 1).await;
    let owner = owner(&cluster, &queue);
    goes_on(&queue, async || {
        cluster.pause(owner);
        cluster.until_healthy().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_idle_while_a_node_was_lost_notices_nothing() {
    let (mut cluster, queue) = on_a_cluster(3, 1).await;
    queue.enqueue(job()).await.unwrap();
    let owner = owner(&cluster, &queue);
    cluster.kill(owner);
    cluster.until_healthy().await;
    queue.enqueue(job()).await.unwrap();
}
