//! `queue ls`: what waits where.

use insta::assert_snapshot;
use platform::State;

use crate::{
    given::{Given, put_aside},
    worker::{Fate, Worker, stands, work},
};

const LATER: &str = "2126-01-01T09:00:00Z";

#[tokio::test]
async fn every_queue_is_listed_also_those_that_nobody_ever_used() {
    let given = Given::new().await;
    assert_snapshot!(given.answers(&["queue", "ls"]), @"
    QUEUE    READY  RUNNING  LATER  DEAD  OLDEST  PAUSED
    default  0      0        0      0     –       –
    mail     0      0        0      0     –       –
    push     0      0        0      0     –       –
    sweep    0      0        0      0     –       –
    urgent   0      0        0      0     –       –
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_is_told_by_where_its_jobs_stand() {
    let (given, _aside) = (Given::new().await, put_aside());
    let dead = given.enqueues(&["probe"]);
    work(&given.queue, Fate::FailsForGood, dead, State::Dead).await;
    let running = given.enqueues(&["probe"]);
    let worker = Worker::start(&given.queue, Fate::Lasts);
    stands(&given.queue, running, State::Running).await;
    given.enqueues(&["probe", "--at", LATER]);
    for _ in 0..10 {
        given.enqueues(&["sweep", "--payload", r#"{"at":"2126-01-01T09:00:00Z"}"#]);
    }

    let table = given.says(&["queue", "ls"]);
    assert_snapshot!(table.answer, @"
    QUEUE    READY  RUNNING  LATER  DEAD  OLDEST  PAUSED
    default  0      1        1      1     –       –
    mail     0      0        0      0     –       –
    push     0      0        0      0     –       –
    sweep    10     0        0      0     [age]
    urgent   0      0        0      0     –       –
    ");
    assert_snapshot!(table.aside, @"1 dead. See what they have in common with `honeydue errors ls`.");
    assert_snapshot!(given.answers(&["queue", "ls", "-o", "json"]), @r#"
    [
      {
        "queue": "default",
        "ready": 0,
        "running": 1,
        "later": 1,
        "dead": 1,
        "done": 0,
        "oldest": null,
        "oldest_s": null,
        "paused": null
      },
      {
        "queue": "mail",
        "ready": 0,
        "running": 0,
        "later": 0,
        "dead": 0,
        "done": 0,
        "oldest": null,
        "oldest_s": null,
        "paused": null
      },
      {
        "queue": "push",
        "ready": 0,
        "running": 0,
        "later": 0,
        "dead": 0,
        "done": 0,
        "oldest": null,
        "oldest_s": null,
        "paused": null
      },
      {
        "queue": "sweep",
        "ready": 10,
        "running": 0,
        "later": 0,
        "dead": 0,
        "done": 0,
        "oldest": "[time]",
        "oldest_s": "[age]",
        "paused": null
      },
      {
        "queue": "urgent",
        "ready": 0,
        "running": 0,
        "later": 0,
        "dead": 0,
        "done": 0,
        "oldest": null,
        "oldest_s": null,
        "paused": null
      }
    ]
    "#);
    assert_snapshot!(given.answers(&["queue", "ls", "-o", "jsonl"]), @r#"
    {"queue":"default","ready":0,"running":1,"later":1,"dead":1,"done":0,"oldest":null,"oldest_s":null,"paused":null}
    {"queue":"mail","ready":0,"running":0,"later":0,"dead":0,"done":0,"oldest":null,"oldest_s":null,"paused":null}
    {"queue":"push","ready":0,"running":0,"later":0,"dead":0,"done":0,"oldest":null,"oldest_s":null,"paused":null}
    {"queue":"sweep","ready":10,"running":0,"later":0,"dead":0,"done":0,"oldest":"[time]","oldest_s":"[age]","paused":null}
    {"queue":"urgent","ready":0,"running":0,"later":0,"dead":0,"done":0,"oldest":null,"oldest_s":null,"paused":null}
    "#);
    worker.stop().await;
}
