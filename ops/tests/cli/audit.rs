//! `audit ls`: who did what, to how many, and why.

use std::{collections::BTreeSet, path::Path};

use insta::assert_snapshot;
use operate::Operator;
use platform::WorkerState;
use serde_json::{Value, json};

use crate::{
    given::{Given, put_aside},
    help::own_help,
    leader::{candidate, leads},
    shown::workers::beats,
    verbs,
    worker::{Fate, Worker},
};

/// The runbook says so. They try something or prepare for it, and change nothing that stands.
const NOT_IN_IT: [&str; 3] = ["bench", "doctor", "migrate"];
const READ: [&str; 23] = [
    "audit ls",
    "completions",
    "config show",
    "demo",
    "errors ls",
    "errors show",
    "explain",
    "job ls",
    "job show",
    "leader status",
    "lock ls",
    "man",
    "queue history",
    "queue ls",
    "queue show",
    "schedule lint",
    "schedule ls",
    "schedule next",
    "schedule show",
    "schedule ticks",
    "suppression ls",
    "top",
    "worker ls",
];

fn verbs_of(given: &Given) -> Vec<String> {
    let audit = given.answers(&["audit", "ls", "-o", "jsonl"]);
    let verb = |line| serde_json::from_str::<Value>(line).unwrap()["verb"].clone();
    let verbs = audit.lines().rev().map(verb);
    verbs
        .map(|verb| verb.as_str().unwrap().to_owned())
        .collect()
}

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

#[test]
fn a_verb_asks_who_and_why_unless_it_reads_or_the_runbook_names_it() {
    let verbs = verbs::all().into_iter().map(|words| words.join(" "));
    let asks = |verb: &String| {
        let words: Vec<&str> = verb.split(' ').collect();
        let help = own_help(&words);
        help.contains("--by <NAME>") && help.contains("--reason <TEXT>")
    };
    let silent: BTreeSet<String> = verbs.filter(|verb| !asks(verb)).collect();
    let known = NOT_IN_IT.into_iter().chain(READ).map(str::to_owned);
    assert_eq!(silent, known.collect());
    let runbook = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/runbook.md");
    let runbook = std::fs::read_to_string(runbook).expect("the runbook");
    let named = "`bench`, `doctor` and `migrate` try or prepare something, and are not in it";
    assert!(runbook.replace('\n', " ").contains(named), "{named}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_somebody_adds_is_in_it_and_what_is_only_tried_is_not() {
    let given = Given::new().await;
    given.answers(&["bench", "--jobs", "1", "--rate", "0"]);
    let worker = Worker::start(&given.queue, Fate::FailsForGood);
    let said = given.says(&["doctor"]);
    worker.stop().await;
    // Its probe was given up, and so was there.
    assert_eq!(given.stand().await, (0, 0, 1), "{said:?}");
    given.answers(&["migrate"]);
    assert!(verbs_of(&given).is_empty());
    given.enqueues(&["probe"]);
    assert_eq!(verbs_of(&given), ["job enqueue"]);
}

/// Those of schedules and leaders are above; locks, suppressions and imports have tests of their own.
#[tokio::test]
async fn whatever_is_done_to_jobs_queues_workers_and_people_is_there() {
    let given = Given::new().await;
    let user = given.signs_up("ada").await.to_string();
    given.probes(2).await;
    given.buries_all("no").await;
    let groups = given.answers(&["errors", "ls", "-o", "jsonl"]);
    let group: Value = serde_json::from_str(&groups).unwrap();
    let print = group["fingerprint"].as_str().unwrap();
    beats(&given, "pod-1", WorkerState::Working).await;
    let id = given
        .enqueues(&["probe", "--at", "2126-01-01T09:00:00Z"])
        .to_string();
    let deleted = given.answers(&["job", "delete", &id, "-o", "json"]);
    let deleted: Value = serde_json::from_str(&deleted).unwrap();
    given.answers(&["job", "undo", deleted["receipt"].as_str().unwrap()]);
    for verb in [
        &["job", "edit", &id, "--set", "sleep_ms=1"][..],
        &["job", "cancel", &id],
        &["job", "retry", "--all", "--max", "1", "--yes"],
        &["errors", "retry", print, "--yes"],
        &["queue", "pause", "push"],
        &["queue", "resume", "push"],
        &["queue", "drain", "push"],
        &["worker", "quiet", "pod-1"],
        &["worker", "drain", "pod-1"],
        &["user", "purge", &user, "--yes"],
    ] {
        given.answers(verb);
    }
    assert_snapshot!(verbs_of(&given).join(", "), @"job enqueue, job delete, job undo, job edit, job cancel, job retry, job retry, queue pause, queue resume, queue pause, worker quiet, worker drain, user purge");
}
