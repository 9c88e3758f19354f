//! `worker`: who is there, seen on a real worker, and what is wished of it.

use std::{fs::File, process::Command};

use insta::assert_snapshot;
use serde_json::Value;
use standins::{Process, until};

use crate::given::{Given, put_aside};

fn env(given: &Given) -> [(&'static str, String); 10] {
    [
        ("REDIS_URL", given.redis.clone()),
        ("REDIS_PREFIX", given.prefix.clone()),
        ("DATABASE_URL", given.database.url()),
        ("SMTP_URL", "smtp+plain://127.0.0.1:1".to_owned()),
        ("MAIL_FROM", "honeyDue <hello@example.com>".to_owned()),
        ("PUBLIC_URL", "https://honeydue.example".to_owned()),
        (
            "SECRET_KEY",
            "of-this-loopback-only-and-32-long-at-least".to_owned(),
        ),
        ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("HOSTNAME", "pod".to_owned()),
        ("QUEUES", "mail=3".to_owned()),
    ]
}

pub(crate) fn start(given: &Given) -> Process {
    Process::spawn("honeydue-worker", &env(given)).expect("a worker")
}

fn workers(given: &Given) -> Vec<Value> {
    let lines = given.answers(&["worker", "ls", "-o", "jsonl"]);
    let read = |line| serde_json::from_str(line).expect("a worker as JSON");
    lines.lines().map(read).collect()
}

pub(crate) async fn is(given: &Given, state: &str) -> String {
    until(&format!("a worker is {state}"), async || {
        workers(given)
            .first()
            .is_some_and(|worker| worker["state"] == state)
    })
    .await;
    workers(given)[0]["name"]
        .as_str()
        .expect("a name")
        .to_owned()
}

#[tokio::test]
async fn a_worker_is_listed_quieted_and_drained_and_is_gone_then() {
    let (given, _aside) = (Given::new().await, put_aside());
    let worker = start(&given);
    let name = is(&given, "working").await;
    let table = given.answers(&["worker", "ls"]);
    let line = table.lines().nth(1).unwrap();
    assert!(
        line.starts_with("pod-") && line.ends_with("default=20,mail=3,push=20,sweep=2,urgent=5"),
        "{line}"
    );

    let told = given.says(&["worker", "quiet", &name, "--reason", "a closer look"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    is(&given, "quiet").await;
    given.enqueues(&["probe"]);
    assert_eq!(given.stand().await.0, 1);
    assert!(worker.ended().is_none());

    given.answers(&["worker", "drain", &name]);
    assert!(worker.wait().await.success());
    assert_eq!(workers(&given).len(), 0);
    assert_eq!(given.stand().await.0, 1);
}

#[tokio::test]
async fn where_no_worker_is_that_is_said() {
    let given = Given::new().await;
    let none = given.says(&["worker", "ls"]);
    assert_snapshot!(none.answer, @"WORKER  STATE  VERSION  UP  SEEN  QUEUES");
    assert_snapshot!(none.aside, @"No worker was seen in the last five minutes; nothing is done.");
    let unknown = given.says(&["worker", "quiet", "pod-1"]);
    assert_eq!(unknown.code, Some(3));
    assert_snapshot!(unknown.aside, @r#"honeydue: no worker "pod-1" was seen lately; `honeydue worker ls` shows those that were"#);
}

#[tokio::test]
async fn a_worker_whose_log_can_not_be_written_works_on() {
    let given = Given::new().await;
    let full = || File::create("/dev/full").unwrap();
    let mut worker = Command::new(standins::find::ours("honeydue-worker").unwrap())
        .env_clear()
        .envs(env(&given))
        .stdout(full())
        .stderr(full())
        .spawn()
        .unwrap();
    is(&given, "working").await;
    given.enqueues(&["probe"]);
    until("the probe is done", async || given.stand().await.0 == 0).await;
    assert_eq!(worker.try_wait().unwrap(), None);
    worker.kill().unwrap();
    worker.wait().unwrap();
}
