//! `audit ls`: who did what, to how many, and why.

use insta::assert_snapshot;
use operate::Operator;
use serde_json::{Value, json};

use crate::{
    given::{Given, put_aside},
    leader::{candidate, leads},
};

#[tokio::test]
async fn what_was_done_is_told_the_latest_first_with_who_and_why() {
    let (given, _aside) = (Given::new().await, put_aside());
    given.probes(2).await;
    given.buries_all("no").await;
    given.answers(&[
        "job",
        "retry",
        "--all",
        "--yes",
        "--by",
        "ada",
        "--reason",
        "fixed by the last deploy",
    ]);
    given.answers(&["queue", "pause", "mail", "--by", "ben"]);
    assert_snapshot!(given.answers(&["audit", "ls"]), @"
    RECEIPT                               BEGUN                 WHO  VERB         TOUCHED  REFUSED  ENDED                 WHY
    [id]  [time]  ben  queue pause  1        0        [time]  –
    [id]  [time]  ada  job retry    2        0        [time]  fixed by the last deploy
    ");
    assert_snapshot!(given.answers(&["audit", "ls", "-o", "json"]), @r#"
    [
      {
        "id": "[id]",
        "verb": "queue pause",
        "by_whom": "ben",
        "reason": null,
        "plan": {
          "queue": "mail",
          "seconds": null
        },
        "as_of": "[time]",
        "touched": 1,
        "refused": 0,
        "begun_at": "[time]",
        "ended_at": "[time]"
      },
      {
        "id": "[id]",
        "verb": "job retry",
        "by_whom": "ada",
        "reason": "fixed by the last deploy",
        "plan": {
          "filter": {
            "before": "[time]",
            "states": [
              "dead"
            ]
          },
          "verb": "retry"
        },
        "as_of": "[time]",
        "touched": 2,
        "refused": 0,
        "begun_at": "[time]",
        "ended_at": "[time]"
      }
    ]
    "#);
    assert_snapshot!(given.answers(&["audit", "ls", "-o", "jsonl", "--limit", "1"]), @r#"{"id":"[id]","verb":"queue pause","by_whom":"ben","reason":null,"plan":{"queue":"mail","seconds":null},"as_of":"[time]","touched":1,"refused":0,"begun_at":"[time]","ended_at":"[time]"}"#);
    assert_eq!(
        given.answers(&["audit", "ls", "-o", "jsonl", "--before", "1h"]),
        ""
    );
}

#[tokio::test]
async fn only_work_in_bulk_that_was_cut_off_is_offered_to_be_gone_on_with() {
    let (given, _aside) = (Given::new().await, put_aside());
    let operator = Operator {
        queue: given.queue.clone(),
        store: given.store.clone(),
        by: "ada".to_owned(),
    };
    let begin = async |verb, plan| operator.begin(verb, None, plan).await.unwrap();
    begin("job edit", json!({ "id": "7", "before": {}, "after": {} })).await;
    assert_eq!(given.says(&["audit", "ls"]).aside, "");
    begin("job retry", json!({ "verb": "retry" })).await;
    let told = given.says(&["audit", "ls"]).aside;
    assert_snapshot!(told, @"Receipt [id] has not ended. If nobody is at it, go on with `honeydue job resume [id]`.");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_to_schedules_or_had_another_lead_is_there_too() {
    let given = Given::new().await;
    leads(
        &given,
        candidate("scheduler-0/b1", 7),
        Some(candidate("scheduler-1/b2", 8)),
    )
    .await;
    let stretch = [
        "--from",
        "2026-01-01T09:00:00Z",
        "--to",
        "2026-01-01T09:05:00Z",
    ];
    let backfill = [&["schedule", "backfill", "sweep", "--yes"], &stretch[..]].concat();
    for verb in [
        &["schedule", "pause", "sweep", "--for", "2h"],
        &["schedule", "resume", "sweep"][..],
        &["schedule", "run", "sweep"],
        &backfill,
        &["leader", "step-down"],
    ] {
        given.answers(&[verb, &["--by", "ada", "--reason", "moving house"]].concat());
    }
    let audit = given.answers(&["audit", "ls", "-o", "json"]);
    let audit: Vec<Value> = serde_json::from_str(&audit).unwrap();
    let told = audit.iter().rev().map(|one| {
        assert_eq!(
            (&one["by_whom"], &one["reason"]),
            (&"ada".into(), &"moving house".into())
        );
        assert!(one["ended_at"].is_string(), "{one}");
        format!("{}: {}", one["verb"].as_str().unwrap(), one["touched"])
    });
    assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    schedule pause: 1
    schedule resume: 1
    schedule run: 1
    schedule backfill: 6
    leader step-down: 1
    ");
}
