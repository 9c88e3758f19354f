//! What a process says of itself while what it depends on is away, and while it drains.

use std::cell::RefCell;

use serde_json::json;
use standins::{House, until_or};

use crate::given::{patient_house, worker};

/// Each process of the house, by name: the API, the scheduler and a worker.
async fn whole_house() -> (House, [usize; 3]) {
    let mut house = patient_house().await;
    let worker = worker(&mut house);
    let all = [0, 1, worker];
    for place in all {
        answers(&house, place, "/readyz", 200, "").await;
    }
    (house, all)
}

/// Waits until a process answers with this status, and with this among its lines.
async fn answers(house: &House, place: usize, path: &str, status: u16, line: &str) {
    let last = RefCell::new(String::new());
    let told = async || {
        let answer = house.process(place).probe(path).await;
        last.replace(format!("{answer:?}"));
        answer.is_ok_and(|(code, body)| code == status && body.contains(line))
    };
    let why = || {
        let (last, logs) = (last.borrow(), house.logs());
        format!("{path} of {place} answers {status} {line:?}, and not {last}\n{logs}")
    };
    until_or(why, told).await;
}

async fn all_live(house: &House, all: [usize; 3]) {
    for place in all {
        let (status, body) = house.process(place).probe("/livez").await.expect("/livez");
        assert_eq!(status, 200, "{place}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_redis_stopped_all_live_and_only_the_api_is_ready() {
    let (mut house, all) = whole_house().await;
    house.redis.kill();
    for place in &all[1..] {
        answers(&house, *place, "/readyz", 503, "postgres ok").await;
    }
    answers(&house, all[0], "/readyz", 200, "").await;
    all_live(&house, all).await;
    house.redis.restart().await.unwrap();
    for place in all {
        answers(&house, place, "/readyz", 200, "").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_postgres_stopped_all_live_and_none_is_ready() {
    let (mut house, all) = whole_house().await;
    house.postgres.kill();
    for (place, others) in all.into_iter().zip(["", "redis ok", "redis ok"]) {
        answers(&house, place, "/readyz", 503, others).await;
    }
    all_live(&house, all).await;
    house.postgres.restart().await.unwrap();
    for place in all {
        answers(&house, place, "/readyz", 200, "").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_drains_lives_is_not_ready_and_ends_well() {
    let (house, [_, _, worker]) = whole_house().await;
    house.inbox.hold_before_data(true);
    let body =
        json!({ "email": "ada@example.com", "password": "correct horse battery", "name": "Ada" });
    house
        .post("/api/auth/register/", None, &body)
        .expect("a sign-up");
    house.inbox.wait_for_held(1).await;
    house.process(worker).term();
    answers(&house, worker, "/readyz", 503, "draining").await;
    answers(&house, worker, "/livez", 200, "").await;
    house.inbox.release();
    assert!(house.process(worker).wait().await.success());
    assert_eq!(house.inbox.wait_for(1).await.len(), 1);
}
