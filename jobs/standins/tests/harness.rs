//! The harness keeps what it says of itself.

use std::process::Command;

use standins::{Redis, database, until};

fn runs(pid: u32) -> bool {
    let asked = Command::new("sh")
        .args(["-c", &format!("kill -0 {pid}")])
        .output();
    asked.is_ok_and(|answer| answer.status.success())
}

#[tokio::test]
async fn each_database_is_another_one() {
    let (one, other) = (database().await, database().await);
    assert_ne!(one.url(), other.url());
}

#[tokio::test]
async fn a_redis_that_was_killed_comes_back_on_its_port() {
    let mut redis = Redis::start(&["--appendonly", "yes"]).await.unwrap();
    let url = redis.url();
    redis.kill();
    redis.restart().await.unwrap();
    assert_eq!(redis.url(), url);
}

#[tokio::test]
async fn no_child_outlives_its_owner() {
    let redis = Redis::start(&[]).await.unwrap();
    let pid = redis.pid().unwrap();
    assert!(runs(pid));
    drop(redis);
    until("the server is gone", async || !runs(pid)).await;
}
