//! `job edit`: another payload or another time, and what it was before in the audit.

use insta::assert_snapshot;
use serde_json::Value;

use crate::given::{Given, put_aside};

#[tokio::test]
async fn a_payload_is_changed_by_name_and_the_old_one_is_in_the_audit() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given
        .enqueues(&["probe", "--payload", r#"{"sleep_ms":5}"#])
        .to_string();
    let edited = given.says(&[
        "job",
        "edit",
        &id,
        "--set",
        "sleep_ms=7",
        "--set",
        "fail=retry",
    ]);
    assert_eq!((edited.code, edited.answer.as_str()), (Some(0), ""));
    assert_snapshot!(edited.aside, @"[id] is changed.");
    let job: Value =
        serde_json::from_str(&given.answers(&["job", "show", &id, "-o", "json"])).unwrap();
    assert_eq!(
        job["payload"].to_string(),
        r#"{"fail":"retry","sleep_ms":7}"#
    );
    let audit: Value =
        serde_json::from_str(&given.answers(&["audit", "ls", "-o", "jsonl", "--limit", "1"]))
            .unwrap();
    assert_eq!(audit["plan"]["before"]["sleep_ms"], 5);
}

#[tokio::test]
async fn a_payload_that_its_kind_does_not_take_is_refused() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe"]).to_string();
    let refused = given.says(&["job", "edit", &id, "--set", "sleep=7"]);
    assert_eq!(refused.code, Some(2));
    assert_snapshot!(refused.aside, @"honeydue: the payload is not one of probe: unknown field `sleep`, expected one of `sleep_ms`, `fail`, `times` at line 1 column 8");
    assert_eq!(given.says(&["job", "edit", &id]).code, Some(2));
}

#[tokio::test]
async fn where_its_time_can_not_be_changed_neither_is_its_payload() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe"]).to_string();
    given.buries_all("no").await;
    let both = given.says(&["job", "edit", &id, "--set", "sleep_ms=7", "--at", "2h"]);
    assert_eq!(both.code, Some(5));
    assert_snapshot!(both.aside, @"honeydue: [id] is dead; nothing was changed");
    let job: Value =
        serde_json::from_str(&given.answers(&["job", "show", &id, "-o", "json"])).unwrap();
    assert_eq!(job["payload"].to_string(), r#"{"sleep_ms":0}"#);
}

#[tokio::test]
async fn a_job_that_waits_for_its_time_gets_another_one() {
    let given = Given::new().await;
    let id = given
        .enqueues(&["probe", "--at", "2126-01-01T09:00:00Z"])
        .to_string();
    given.answers(&["job", "edit", &id, "--at", "2127-01-01T09:00:00Z"]);
    let job: Value =
        serde_json::from_str(&given.answers(&["job", "show", &id, "-o", "json"])).unwrap();
    assert_eq!(job["at"], "2127-01-01T09:00:00Z");
    given.answers(&["job", "edit", &id, "--at", "now"]);
    assert_eq!(given.stand().await, (1, 0, 0));
    let late = given.says(&["job", "edit", &id, "--at", "2h"]);
    assert_eq!(
        (late.code, late.aside),
        (
            Some(5),
            format!("honeydue: {id} is ready; nothing was changed\n")
        )
    );
    let audit = given.says(&["audit", "ls", "-o", "jsonl", "--limit", "1"]);
    let refused: Value = serde_json::from_str(&audit.answer).unwrap();
    let counted = (&refused["touched"], &refused["refused"]);
    assert_eq!(counted, (&Value::from(0), &Value::from(1)));
    assert!(refused["ended_at"].is_string(), "{refused}");
    assert_eq!(audit.aside, "");
}
