//! What holds on one Redis, under sentinels and on a cluster alike, and what `REDIS_URL` may say.

use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::{failover::goes_on, *};
use crate::{
    SWEEP, State,
    leader::{Candidate, Fired, Held, Renewed},
};

/// One way through every sort of call.
pub(super) async fn every_call_works(queue: &Queue) {
    let id = queue.enqueue(job()).await.expect("enqueued").id;
    assert_eq!(state(queue, id).await, Some(State::Ready));
    let listed = queue.list(QUEUE, State::Ready, 10).await.expect("a list");
    assert_eq!(listed.len(), 1);
    assert!(settle(queue, &claim_one(queue).await, Settlement::Done).await);
    assert_eq!(state(queue, id).await, None);
    let at = soon(queue).await;
    let id = queue.enqueue_at(job(), at).await.expect("scheduled").id;
    assert_eq!(queue.depth(QUEUE).await.expect("a depth"), 1);
    let claimed = claim_when_there(queue).await;
    assert!(claimed.id() == id && settle(queue, &claimed, Settlement::Done).await);
    let counts = queue.counts(QUEUE).await.expect("counts");
    assert_eq!((counts.ready, counts.running, counts.due), (0, 0, 0));
    leading_works(queue).await;
    let marks = queue.birth_marks(&[QUEUE, SWEEP]).await.expect("marks");
    assert_eq!(marks.len(), 2);
    queue.ping().await.expect("an answer");
}

async fn leading_works(queue: &Queue) {
    let who = Candidate {
        owner: "one".to_owned(),
        term: 1,
        version: 1,
    };
    let mut hints = queue.hints().await.expect("hints");
    assert_eq!(queue.hold(&who, LEASE).await.expect("held"), Held::Ours);
    let renewed = queue.renew(&who, LEASE).await.expect("renewed");
    assert!(matches!(renewed, Renewed::Ours { .. }));
    let tick = NewJob::raw("probe", SWEEP, b"{}".to_vec());
    for fired in [Fired::Queued, Fired::Remembered] {
        let answer = queue.fire(&who, "sweep@1", &tick, LEASE, &[]).await;
        assert_eq!(answer.expect("fired"), fired);
    }
    queue.nudge().await.expect("nudged");
    let hint = timeout(LEASE, hints.next()).await;
    assert_eq!(hint.expect("a hint in time"), Some(()));
}

async fn one_redis() -> (standins::Redis, Queue) {
    let redis = standins::Redis::start(&[]).await.expect("a Redis");
    let queue = Queue::connect(&redis.url(), &standins::prefix()).expect("a queue");
    (redis, queue)
}

/// Disturbs again and again, from a connection of its own.
async fn disturb(queue: &Queue, times: usize, command: &[&str]) {
    let mut own = queue.link.blocking("", LEASE).await.expect("a connection");
    let mut disturbance = redis::cmd(command[0]);
    disturbance.arg(&command[1..]);
    for _ in 0..times {
        disturbance
            .exec_async(&mut own.connection)
            .await
            .expect("disturbed");
        // It may have been cut off in the middle: then it may or may not have been accepted.
        queue.enqueue(job()).await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_works_on_one_redis() {
    every_call_works(&queue().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_flushed_in_the_middle_of_work_lose_nothing() {
    let (_redis, queue) = one_redis().await;
    let lost = goes_on(&queue, || disturb(&queue, 200, &["SCRIPT", "FLUSH"])).await;
    assert_eq!(lost, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_killed_in_the_middle_of_work_lose_nothing() {
    let (_redis, queue) = one_redis().await;
    let all = ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"];
    let lost = goes_on(&queue, || disturb(&queue, 20, &all)).await;
    assert_eq!(lost, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_idle_through_a_restart_notices_nothing() {
    let (mut redis, queue) = one_redis().await;
    queue.ping().await.unwrap();
    redis.restart().await.unwrap();
    queue.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_call_while_redis_is_away_are_told_within_seconds() {
    let (mut redis, queue) = one_redis().await;
    redis.kill();
    let begun = tokio::time::Instant::now();
    let calls = (0..100).map(|_| queue.enqueue(job()));
    for answer in futures_util::future::join_all(calls).await {
        assert!(answer.unwrap_err().is_unreachable());
    }
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    redis.restart().await.unwrap();
    standins::until("Redis is back", async || queue.ping().await.is_ok()).await;
}

#[test]
fn a_url_of_each_sort_is_understood() {
    for url in [
        "redis://host",
        "rediss://user:secret@host:6380/3",
        "unix:///run/redis.sock",
        "redis://a:1,redis://b:2,c:3",
        "rediss://user:secret@a:1, b:2",
        "redis-sentinel://a/home",
        "redis-sentinel://user:p%40ss@a:26379,b,[::1]:7/home/2?sentinel_password=x%2Cy",
        "rediss-sentinel://:secret@a,b/home",
    ] {
        let read = Queue::connect(url, "t:");
        assert!(read.is_ok(), "{url}: {}", read.err().unwrap());
    }
}

#[test]
fn a_wrong_url_is_refused_by_the_name_of_its_setting_and_never_repeated() {
    for url in [
        "",
        "http://:hunter2@host",
        "redis://:hunter2@host/nodb",
        "redis://:hunter2@:6379",
        "redis://:hunt,er2@host",
        "redis://:hunter2@a,,b",
        "redis://:hunter2@a/1,b",
        "redis://:hunter2@a,rediss://b",
        "unix:///hunter2,redis://a",
        "redis-sentinel://:hunter2@a,b",
        "redis-sentinel://:hunter2@/home",
        "redis-sentinel://:hunter2@a,,b/home",
        "redis-sentinel://:hunter2@a/home/db",
        "redis-sentinel://a/home?password=hunter2",
    ] {
        let refused = Queue::connect(url, "t:").err();
        let said = refused.expect(url).to_string();
        assert!(said.contains("REDIS_URL"), "{url}: {said}");
        assert!(!said.contains("hunt") && !said.contains("er2"), "{said}");
    }
}

#[test]
fn the_master_and_the_sentinels_get_their_own_credentials() {
    use crate::link::address::Address;
    let url = "redis-sentinel://jobs:one@a,b:7/home/2?sentinel_username=eye&sentinel_password=two";
    let Ok(Address::Sentinel(read)) = Address::read(url) else {
        panic!("sentinels");
    };
    let sentinel = read.to_ask[1].redis_settings();
    assert_eq!(
        (sentinel.username(), sentinel.password()),
        (Some("eye"), Some("two"))
    );
    let addresses = read.to_ask.iter().map(|info| info.addr().to_string());
    assert_eq!(addresses.collect::<Vec<_>>(), ["a:26379", "b:7"]);
    let master = format!("{:?}", read.master);
    assert!(
        master.contains("jobs") && !master.contains("eye"),
        "{master}"
    );
    assert_eq!(read.service, "home");
}
