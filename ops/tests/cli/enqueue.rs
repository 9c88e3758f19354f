//! `job enqueue`: what an operator asks for is what stands in the queue.

use std::time::Duration;

use insta::assert_snapshot;
use platform::{JobId, State, inspect::JobView};

use crate::{
    given::{Given, instant, put_aside},
    worker::{Fate, work},
};

async fn job(given: &Given, id: JobId) -> JobView {
    let shown = given.queue.show("default", id).await;
    shown.expect("Redis answers").expect("it stands")
}

#[tokio::test]
async fn a_job_has_the_policy_of_its_kind_unless_told_otherwise() {
    let given = Given::new().await;
    let usual = job(&given, given.enqueues(&["probe"])).await;
    assert_eq!((usual.state, usual.max_attempts), (State::Ready, 10));

    let args = [
        "probe",
        "--max-attempts",
        "250",
        "--payload",
        r#"{"sleep_ms":5}"#,
    ];
    let told = job(&given, given.enqueues(&args)).await;
    assert_eq!((told.state, told.max_attempts), (State::Ready, 250));
    assert_eq!(told.payload["sleep_ms"], 5);
}

#[tokio::test]
async fn a_job_waits_for_its_instant_and_one_whose_instant_has_passed_does_not() {
    let given = Given::new().await;
    let later = "2126-01-01T10:00:00+01:00";
    let later = job(&given, given.enqueues(&["probe", "--at", later])).await;
    assert_eq!(later.state, State::Scheduled);
    assert_eq!(later.at, Some(instant("2126-01-01T09:00:00Z")));

    let passed = "-009999-01-02T01:59:59Z";
    let passed = job(&given, given.enqueues(&["probe", "--at", passed])).await;
    assert_eq!(passed.state, State::Ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_off_is_what_the_first_wait_is_made_of() {
    let given = Given::new().await;
    let id = given.enqueues(&["probe", "--backoff", "1h"]);
    let before = given.queue.now().await.unwrap();
    work(&given.queue, Fate::Fails, id, State::Retrying).await;

    let waits = job(&given, id).await.at.unwrap().duration_since(before);
    let waits = Duration::try_from(waits).unwrap();
    let (half, whole) = (Duration::from_mins(30), Duration::from_mins(62));
    assert!((half..whole).contains(&waits), "{waits:?}");
}

#[tokio::test]
async fn a_job_enqueued_twice_without_a_key_is_two_jobs() {
    let given = Given::new().await;
    let (one, other) = (given.enqueues(&["probe"]), given.enqueues(&["probe"]));
    assert_ne!(one, other);
    assert_eq!(given.queue.counts("default").await.unwrap().ready, 2);
}

#[tokio::test]
async fn a_receipt_is_an_id_and_nothing_besides() {
    let (given, _aside) = (Given::new().await, put_aside());
    let receipt = given.says(&["job", "enqueue", "probe"]);
    assert_eq!(receipt.aside, "");
    assert_snapshot!(receipt.answer, @"id  [id]");
    assert_snapshot!(given.answers(&["job", "enqueue", "probe", "-o", "json"]), @r#"
    {
      "accepted": true,
      "id": "[id]"
    }
    "#);
    assert_snapshot!(given.answers(&["job", "enqueue", "probe", "-o", "jsonl"]), @r#"{"accepted":true,"id":"[id]"}"#);
}

#[tokio::test]
async fn blanks_by_the_hundred_thousand_around_a_payload_do_not_reach_the_queue() {
    let given = Given::new().await;
    let payload = format!("{}{{}}", " ".repeat(100_000));
    let stands = job(&given, given.enqueues(&["probe", "--payload", &payload])).await;
    assert_eq!(stands.payload, serde_json::json!({ "sleep_ms": 0 }));
}

#[tokio::test]
async fn a_key_lets_one_in_for_as_long_as_it_is_held() {
    let given = Given::new().await;
    let first = given.enqueues(&["probe", "--key", "user:7"]);
    let again = given.says(&["job", "enqueue", "probe", "--key", "user:7"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(
        again.aside,
        format!(
            "{first} has its key, and is ready; nothing was queued. `honeydue lock ls` shows until when.\n"
        )
    );
    given.answers(&["job", "cancel", &first.to_string()]);
    let second = given.enqueues(&["probe", "--key", "user:7", "--held", "24h"]);
    given.answers(&["job", "cancel", &second.to_string()]);
    let args = ["job", "enqueue", "probe", "--key", "user:7", "-o", "jsonl"];
    let within = given.answers(&args);
    assert!(within.contains(r#""accepted":false"#), "{within}");
    for wrong in [
        &["--held", "24h"][..],
        &["--key", "k", "--held", "soon"],
        &["--key", ""],
    ] {
        let said = given.says(&[&["job", "enqueue", "probe"], wrong].concat());
        assert_eq!(said.code, Some(2), "{said:?}");
    }
}

#[tokio::test]
async fn a_job_may_go_to_another_queue_that_is_there() {
    let given = Given::new().await;
    given.enqueues(&["probe", "--queue", "mail"]);
    assert_eq!(given.queue.counts("mail").await.unwrap().ready, 1);
    let unknown = given.says(&["job", "enqueue", "probe", "--queue", "post"]);
    assert_eq!(unknown.code, Some(3), "{unknown:?}");
}

#[tokio::test]
async fn a_payload_may_stand_in_a_file() {
    let given = Given::new().await;
    let path = std::env::temp_dir().join(standins::prefix().replace(':', ""));
    std::fs::write(&path, r#"{"sleep_ms":5}"#).unwrap();
    let file = format!("@{}", path.display());
    let stands = job(&given, given.enqueues(&["probe", "--payload", &file])).await;
    std::fs::write(&path, vec![b' '; 1024 * 1024 + 1]).unwrap();
    let long = given.says(&["job", "enqueue", "probe", "--payload", &file]);
    std::fs::remove_file(&path).unwrap();
    let gone = given.says(&["job", "enqueue", "probe", "--payload", &file]);
    assert_eq!(stands.payload["sleep_ms"], 5);
    assert_eq!((long.code, gone.code), (Some(2), Some(2)));
    assert!(long.aside.contains("more than 1048576 bytes"), "{long:?}");
    assert!(gone.aside.contains("No such file"), "{gone:?}");
}

#[tokio::test]
async fn what_in_a_payload_may_be_a_person_is_shown_only_if_asked_for() {
    let given = Given::new().await;
    let payload = br#"{"user_id":7,"name":"Ada Lovelace"}"#.to_vec();
    let odd = platform::NewJob::raw("probe", "default", payload);
    let id = given.queue.enqueue(odd).await.unwrap().id.to_string();
    for reads in [
        &["job", "show", &id][..],
        &["job", "show", &id, "-o", "json"],
        &["job", "ls", "-o", "jsonl"],
        &["job", "cancel", "--all", "--dry-run", "-o", "json"],
    ] {
        let answer = given.answers(reads);
        assert!(!answer.contains("Ada"), "{answer}");
    }
    let whole = given.answers(&["job", "show", &id, "--payload"]);
    assert!(whole.contains("Ada Lovelace"), "{whole}");
}
