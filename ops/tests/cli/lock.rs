//! `lock`: unique keys, and the one that is stuck.

use insta::assert_snapshot;
use platform::{NewJob, Scope};
use serde_json::Value;
use std::time::Duration;

use crate::given::{Given, put_aside};

fn keyed(key: &str, scope: Scope) -> NewJob {
    NewJob::raw("probe", "default", b"{}".to_vec()).unique(key, scope)
}

#[tokio::test]
async fn keys_are_listed_with_their_holders_and_a_broken_one_lets_another_job_in() {
    let (given, _aside) = (Given::new().await, put_aside());
    given
        .queue
        .enqueue(keyed("user:7", Scope::UntilDone))
        .await
        .unwrap();
    assert_snapshot!(given.answers(&["lock", "ls"]), @"
    KEY     QUEUE    HOLDER                                WHICH IS  FOR
    user:7  default  [id]  ready     its job
    ");
    assert_snapshot!(given.answers(&["lock", "ls", "-o", "json"]), @r#"
    {
      "locks": [
        {
          "queue": "default",
          "key": "user:7",
          "holder": "[id]",
          "state": "ready",
          "left_s": null
        }
      ],
      "more": false
    }
    "#);
    let asked = given.says(&["lock", "break", "user:7"]);
    assert_eq!(asked.code, Some(5));
    assert_snapshot!(asked.aside, @r#"
    "user:7" of default is held by [id], which is ready.
    Freed now, another job with it may run beside this one.
    honeydue: nothing was changed; say --yes to do it
    "#);
    let broken = given.says(&[
        "lock", "break", "user:7", "--yes", "--by", "ada", "--reason", "stuck",
    ]);
    assert_eq!(broken.code, Some(0), "{broken:?}");
    assert_snapshot!(broken.aside, @r#"
    "user:7" of default is held by [id], which is ready.
    Freed now, another job with it may run beside this one.
    It is free.
    "#);
    let another = given
        .queue
        .enqueue(keyed("user:7", Scope::UntilDone))
        .await
        .unwrap();
    assert!(another.accepted(), "{another:?}");
    let audit = given.answers(&["audit", "ls", "-o", "jsonl"]);
    assert!(
        audit.contains("lock break") && audit.contains("stuck"),
        "{audit}"
    );
}

#[tokio::test]
async fn a_program_is_told_that_there_are_more_than_it_was_given() {
    let given = Given::new().await;
    for key in ["user:7", "user:8", "user:9"] {
        let job = keyed(key, Scope::UntilDone);
        given.queue.enqueue(job).await.unwrap();
    }
    for (limit, more) in [("2", true), ("3", false)] {
        let told = given.answers(&["lock", "ls", "--limit", limit, "-o", "json"]);
        let told: Value = serde_json::from_str(&told).unwrap();
        let many = told["locks"].as_array().unwrap().len();
        assert_eq!(
            (many.to_string().as_str(), &told["more"]),
            (limit, &more.into())
        );
    }
}

#[tokio::test]
async fn a_window_says_for_how_long_and_whose_job_is_gone() {
    let (given, _aside) = (Given::new().await, put_aside());
    let window = Scope::Window(Duration::from_hours(48));
    let id = given
        .queue
        .enqueue(keyed("daily:7", window))
        .await
        .unwrap()
        .id;
    given.queue.cancel("default", id, "test").await.unwrap();
    let locks = given.answers(&["lock", "ls", "-o", "jsonl"]);
    assert!(
        locks.contains(r#""state":"cancelled""#) && locks.contains(r#""left_s":1727"#),
        "{locks}"
    );
    let unknown = given.says(&["lock", "break", "user:8", "--yes"]);
    assert_eq!(unknown.code, Some(3));
    assert_snapshot!(unknown.aside, @r#"honeydue: nobody holds the key "user:8"; `honeydue lock ls` shows those that are held"#);
    let limited = given.says(&["lock", "ls", "--queue", "mail", "-o", "jsonl"]);
    assert_eq!((limited.code, limited.answer.as_str()), (Some(0), ""));
}
