//! `errors`: failures as groups, and one group retried.

use insta::assert_snapshot;
use platform::{NewJob, State};
use serde_json::Value;

use crate::{
    given::{Given, put_aside},
    worker::{Fate, work},
};

/// So many failures of one cause each, of as many people.
async fn fail(given: &Given, many: u64, text: &str) {
    let job = |user: u64| {
        let payload = serde_json::json!({ "user_id": user % 1000 }).to_string();
        NewJob::raw("probe", "default", payload.into_bytes())
    };
    given
        .queue
        .enqueue_many((0..many).map(job).collect())
        .await
        .unwrap();
    given.buries_all(text).await;
}

#[tokio::test]
async fn ten_thousand_failures_of_four_causes_are_four_groups_and_one_is_retried_alone() {
    let (given, _aside) = (Given::new().await, put_aside());
    fail(&given, 4000, "450 4.2.1 mailbox {n} is busy").await;
    fail(&given, 3000, "task 90{n} has no household").await;
    fail(&given, 2000, "timed out after 1{n} ms").await;
    fail(&given, 1000, "no template \"digest-{n}\"").await;
    let groups = given.says(&["errors", "ls"]);
    assert_snapshot!(groups.answer, @"
    FINGERPRINT  KIND   CODE    DEAD  RETRYING  PEOPLE  FIRST                 LAST                  MESSAGE
    37d7c503     probe  failed  4000  0         1000    [time]  [time]  450 4.2.1 mailbox # is busy
    97a36393     probe  failed  3000  0         1000    [time]  [time]  task # has no household
    d3246dcc     probe  failed  2000  0         1000    [time]  [time]  timed out after # ms
    2f9878ab     probe  failed  1000  0         1000    [time]  [time]  no template …
    ");
    assert_snapshot!(groups.aside, @"Look closer with `honeydue errors show 37d7c503`.");
    let fingerprint = |line: usize| {
        let line = groups.answer.lines().nth(line).unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    };
    let busy = fingerprint(1);
    assert_snapshot!(given.answers(&["errors", "show", &busy]), @"
    error       37d7c503
    kind        probe
    code        failed
    message     450 4.2.1 mailbox # is busy
    dead        4000
    retrying    0
    people      1000
    first seen  [time]
    last seen   [time]
    example     [id]
    ");
    let asked = given.says(&["errors", "retry", &busy]);
    assert_eq!(asked.code, Some(5), "{asked:?}");
    let retried = given.answers(&["errors", "retry", &busy, "--yes"]);
    assert_snapshot!(retried, @"
    receipt  [id]
    retried  4000
    ");
    assert_eq!(given.stand().await, (4000, 0, 6000));
    let left = given.answers(&["errors", "ls", "-o", "jsonl"]);
    assert_eq!(left.lines().count(), 3);
    assert!(!left.contains(&busy), "{left}");
}

fn json(given: &Given, args: &[&str]) -> Value {
    let answer = given.answers(&[args, &["-o", "json"]].concat());
    serde_json::from_str(&answer).expect("it is JSON")
}

#[tokio::test]
async fn a_scan_says_where_it_ended_and_an_unknown_group_is_not_found() {
    let given = Given::new().await;
    fail(&given, 600, "no").await;
    let some = given.says(&["errors", "ls", "--scan", "500"]);
    assert!(
        some.aside.contains("Looked at 500 jobs and no further"),
        "{}",
        some.aside
    );
    let some = json(&given, &["errors", "ls", "--scan", "500"]);
    assert_eq!(
        (&some["looked"], &some["more"]),
        (&500.into(), &true.into())
    );
    let group = &some["groups"][0];
    assert_eq!(group["dead"], 500);
    let print = group["fingerprint"].as_str().unwrap();
    let shown = json(&given, &["errors", "show", print, "--scan", "500"]);
    assert_eq!(
        (&shown["dead"], &shown["more"]),
        (&500.into(), &true.into())
    );
    let all = json(&given, &["errors", "ls"]);
    assert_eq!((&all["looked"], &all["more"]), (&600.into(), &false.into()));
    let none = given.says(&["errors", "show", "feedface", "--scan", "500"]);
    assert!(
        none.aside.contains("none of the 500 jobs looked at"),
        "{none:?}"
    );
    let unknown = given.says(&["errors", "show", "feedface"]);
    assert_eq!(unknown.code, Some(3));
    assert_snapshot!(unknown.aside, @r#"honeydue: no job failed like "feedface"; `honeydue errors ls` shows what did"#);
    assert_eq!(
        given
            .answers(&["errors", "ls", "--user", "7", "-o", "jsonl"])
            .lines()
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_off_while_its_provider_is_away_is_shown_too() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe"]);
    work(&given.queue, Fate::IsPutOff, id, State::Scheduled).await;
    given.enqueues(&["probe", "--at", "2126-01-01T09:00:00Z"]);
    let groups = given.says(&["errors", "ls"]);
    assert_snapshot!(groups.answer, @"
    FINGERPRINT  KIND   CODE   DEAD  RETRYING  PEOPLE  FIRST                 LAST                  MESSAGE
    e79e5b37     probe  later  0     1         0       [time]  [time]  421 4.3.2 down for repair
    ");
    let line = groups.answer.lines().nth(1).unwrap();
    let fingerprint = line.split_whitespace().next().unwrap();
    let shown = given.answers(&["errors", "show", fingerprint, "-o", "json"]);
    assert!(shown.contains(r#""retrying": 1"#), "{shown}");
}
