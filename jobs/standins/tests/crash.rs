//! All of honeyDue, with workers killed at the worst moments: one Message-ID a person, none missing, and
//! a second copy only where the ledger says so.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use standins::{House, until};

const PEOPLE: usize = 12;
/// Every wait at a twentieth: the real paths, in seconds.
const PACE: u32 = 20;

async fn house() -> House {
    House::start(PACE).await.expect("a house")
}

fn worker(house: &mut House) -> usize {
    house.spawn("worker", "honeydue-worker").expect("a worker")
}

fn sign_up(house: &House, n: usize) -> i64 {
    let body = json!({ "email": format!("p{n}@example.com"), "password": "correct horse battery", "name": format!("P{n}") });
    let answer = house
        .post("/api/auth/register/", None, &body)
        .expect("a sign-up");
    answer["user"]["id"].as_i64().expect("an id")
}

fn ledger(house: &House, user: i64) -> Vec<Value> {
    let told = house
        .honeydue(&["explain", "--user", &user.to_string(), "-o", "json"])
        .expect("explain");
    serde_json::from_str(&told).expect("JSON")
}

async fn all_sent(house: &House, people: &[i64]) {
    let sent = async || {
        people.iter().all(|user| {
            ledger(house, *user)
                .iter()
                .all(|row| row["state"] == "sent")
        })
    };
    until(
        &format!("everybody has their mail:\n{}", house.logs()),
        sent,
    )
    .await;
}

/// Copies by Message-ID, against what the ledger says of each.
fn check(house: &House, people: &[i64]) {
    let mut copies: BTreeMap<String, u64> = BTreeMap::new();
    for mail in house.inbox.mails() {
        *copies.entry(mail.message_id.clone()).or_default() += 1;
    }
    assert_eq!(copies.len(), people.len(), "one Message-ID a person");
    for row in people.iter().flat_map(|user| ledger(house, *user)) {
        let id = row["id"].as_str().expect("an id");
        let (_, copies) = copies
            .iter()
            .find(|(message, _)| message.starts_with(id))
            .expect("a mail for each row");
        assert!(*copies <= 2, "never a third copy");
        assert!(
            *copies == 1 || !row["unknown_at"].is_null(),
            "a second copy without `unknown`: {row}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_before_data_costs_nobody_a_mail() {
    let mut house = house().await;
    house.inbox.hold_before_data(true);
    let people: Vec<i64> = (0..PEOPLE).map(|n| sign_up(&house, n)).collect();
    let doomed = worker(&mut house);
    house.inbox.wait_for_held(PEOPLE).await;
    house.process(doomed).kill9();
    house.inbox.release();
    worker(&mut house);
    all_sent(&house, &people).await;
    check(&house, &people);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_after_data_sends_a_second_copy_only_where_the_ledger_says_unknown() {
    let mut house = house().await;
    house.inbox.hold_after_data(true);
    let people: Vec<i64> = (0..PEOPLE).map(|n| sign_up(&house, n)).collect();
    let doomed = worker(&mut house);
    house.inbox.wait_for_held(PEOPLE).await;
    house.process(doomed).kill9();
    house.inbox.release();
    worker(&mut house);
    all_sent(&house, &people).await;
    check(&house, &people);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_redis_costs_nobody_a_mail() {
    let mut house = house().await;
    let people: Vec<i64> = (0..PEOPLE).map(|n| sign_up(&house, n)).collect();
    house.redis.kill();
    house.redis.wipe().expect("an empty directory");
    house.redis.restart().await.expect("a Redis");
    worker(&mut house);
    all_sent(&house, &people).await;
    check(&house, &people);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_worker_dies_after_its_attempts_while_others_flow() {
    let mut house = house().await;
    let asked = [
        "job",
        "enqueue",
        "probe",
        "--payload",
        r#"{"fail":"abort"}"#,
        "--max-attempts",
        "3",
        "--backoff",
        "100ms",
        "-o",
        "json",
    ];
    let told: Value =
        serde_json::from_str(&house.honeydue(&asked).expect("enqueued")).expect("JSON");
    let id = told["id"].as_str().expect("an id").to_owned();
    for _ in 0..3 {
        let place = worker(&mut house);
        house.process(place).wait().await;
    }
    worker(&mut house);
    let person = sign_up(&house, 0);
    all_sent(&house, &[person]).await;
    let shown = async || -> Value {
        serde_json::from_str(
            &house
                .honeydue(&["job", "show", &id, "-o", "json"])
                .expect("shown"),
        )
        .expect("JSON")
    };
    until("it is dead", async || shown().await["state"] == "dead").await;
    let job = shown().await;
    assert_eq!(job["attempt"], 3);
    assert_eq!(
        job["errors"]
            .as_array()
            .and_then(|all| all.last())
            .map(|last| last["code"].clone()),
        Some(json!("exhausted"))
    );
}
