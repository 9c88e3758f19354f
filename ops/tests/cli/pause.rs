//! `queue pause`, `resume`, `drain`, `show` and `history`.

use insta::assert_snapshot;
use platform::State;
use serde_json::Value;

use crate::{
    given::{Given, honeydue, put_aside, said},
    worker::{Fate, Worker, stands},
};

#[tokio::test]
async fn a_pause_shows_who_why_and_until_when_and_ends_by_resume() {
    let (given, _aside) = (Given::new().await, put_aside());
    let args = [
        "queue",
        "pause",
        "mail",
        "--for",
        "2h",
        "--by",
        "ada",
        "--reason",
        "the relay is down",
    ];
    let paused = given.says(&args);
    assert_eq!((paused.code, paused.answer.as_str()), (Some(0), ""));
    assert_snapshot!(paused.aside, @"
    mail is paused until [time], by ada: the relay is down.
    Let it go on with `honeydue queue resume mail`.
    ");
    let table = given.says(&["queue", "ls"]);
    assert_snapshot!(table.answer, @"
    QUEUE    READY  RUNNING  LATER  DEAD  OLDEST  PAUSED
    default  0      0        0      0     –       –
    mail     0      0        0      0     –       until [time], by ada: the relay is down
    push     0      0        0      0     –       –
    sweep    0      0        0      0     –       –
    urgent   0      0        0      0     –       –
    ");
    assert_snapshot!(table.aside, @"mail is paused. Let it go on with `honeydue queue resume mail`.");
    assert_snapshot!(given.answers(&["queue", "show", "mail"]), @"
    queue       mail
    ready       0
    running     0
    later       0
    dead        0
    kept done   0
    oldest      –
    next due    –
    paused      until [time], by ada: the relay is down
    kinds       daily-digest, onboarding, overdue-reminder, task-reminder, weekly-summary
    partitions  1
    today       0 done, 0 failed attempts, 0 lost leases, 0 dead, 0 cancelled
    ");
    assert_snapshot!(given.answers(&["queue", "show", "mail", "-o", "json"]), @r#"
    {
      "queue": "mail",
      "ready": 0,
      "running": 0,
      "later": 0,
      "dead": 0,
      "done": 0,
      "oldest": null,
      "oldest_s": null,
      "paused": {
        "until": "[time]",
        "since": "[time]",
        "reason": "the relay is down",
        "by": "ada"
      },
      "kinds": [
        "daily-digest",
        "onboarding",
        "overdue-reminder",
        "task-reminder",
        "weekly-summary"
      ],
      "partitions": 1,
      "max_running": null,
      "rate": null,
      "next_due": null,
      "today": {
        "date": "[day]",
        "done": 0,
        "failed": 0,
        "lost": 0,
        "dead": 0,
        "cancelled": 0
      }
    }
    "#);
    assert_snapshot!(given.says(&["queue", "pause", "mail", "--by", "ben"]).aside, @"
    It was paused before; this replaces that.
    mail is paused until resumed, by ben: no reason given.
    Let it go on with `honeydue queue resume mail`.
    ");
    assert_snapshot!(given.says(&["queue", "resume", "mail"]).aside, @"mail goes on.");
    assert_snapshot!(given.says(&["queue", "resume", "mail"]).aside, @"mail was not paused.");
    let verbs = given.answers(&["audit", "ls", "-o", "jsonl"]);
    assert_eq!(verbs.matches("queue pause").count(), 2);
}

#[tokio::test]
async fn the_brake_works_with_postgres_away_and_says_that_nobody_wrote_it_down() {
    let given = Given::new().await;
    let mut command = honeydue(&["queue", "pause", "default"]);
    command
        .env("REDIS_URL", &given.redis)
        .env("REDIS_PREFIX", &given.prefix);
    let said = said(&mut command);
    assert_eq!(said.code, Some(0));
    assert_snapshot!(said.aside, @"
    It is not in the audit: this verb needs DATABASE_URL; set it in the environment.
    default is paused until resumed, by operator: no reason given.
    Let it go on with `honeydue queue resume default`.
    ");
    assert!(given.queue.paused("default").await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drain_waits_for_what_runs_and_says_what_still_does() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe"]);
    let worker = Worker::start(&given.queue, Fate::Lasts);
    stands(&given.queue, id, State::Running).await;
    let busy = given.says(&["queue", "drain", "default", "--wait", "1s"]);
    assert_eq!(busy.code, Some(1));
    assert_snapshot!(busy.aside, @"
    default is paused until resumed, by operator: no reason given.
    Let it go on with `honeydue queue resume default`.
    honeydue: 1 of the jobs of default still run after 1s; it stays paused. See them with `honeydue job ls --queue default --state running`
    ");
    worker.stop().await;
    let idle = given.says(&["queue", "drain", "default"]);
    assert_eq!(idle.code, Some(0), "{idle:?}");
    assert_snapshot!(idle.aside, @"
    It was paused before; this replaces that.
    default is paused until resumed, by operator: no reason given.
    Let it go on with `honeydue queue resume default`.
    Nothing of default runs.
    ");
}

#[tokio::test]
async fn a_bound_that_holds_ends_with_seven_and_one_that_does_not_with_zero() {
    let (given, _aside) = (Given::new().await, put_aside());
    given.enqueues(&["probe"]);
    let fine = [
        "queue",
        "show",
        "default",
        "--fail-if",
        "oldest>1h",
        "--fail-if",
        "dead>0",
    ];
    assert_eq!(given.says(&fine).code, Some(0));
    let held = given.says(&[
        "queue",
        "show",
        "default",
        "--fail-if",
        "ready>=1",
        "--fail-if",
        "oldest>=0s",
    ]);
    assert_eq!(held.code, Some(7));
    assert!(
        held.aside
            .contains("ready>=1 holds for default: it is 1; oldest>=0s"),
        "{held:?}"
    );
    let wrong = given.says(&["queue", "show", "default", "--fail-if", "age>1"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.aside.contains("oldest>300s"), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_tells_day_by_day_what_was_done_in_it() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe"]);
    crate::worker::work(&given.queue, Fate::FailsForGood, id, State::Dead).await;
    let days = given.answers(&["queue", "history", "default", "--days", "2"]);
    assert_snapshot!(days, @"
    DAY         DONE  FAILED  LOST  DEAD  CANCELLED
    [day]  0     0       0     1     0
    [day]  0     0       0     0     0
    ");
    let days: Value =
        serde_json::from_str(&given.answers(&["queue", "history", "default", "-o", "json"]))
            .unwrap();
    assert_eq!(
        (days.as_array().unwrap().len(), &days[0]["dead"]),
        (10, &Value::from(1))
    );
    assert_eq!(given.says(&["queue", "history", "post"]).code, Some(3));
    assert_eq!(
        given
            .says(&["queue", "history", "default", "--days", "91"])
            .code,
        Some(2)
    );
}
