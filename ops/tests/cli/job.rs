//! `job ls` and `job show`: one job, in every state.

use insta::assert_snapshot;
use platform::State;

use crate::{
    given::{Given, put_aside},
    worker::{Fate, Worker, stands, work},
};

#[tokio::test]
async fn jobs_are_listed_first_come_first_across_queues() {
    let (given, _aside) = (Given::new().await, put_aside());
    given.enqueues(&["sweep", "--payload", r#"{"at":"2126-01-01T09:00:00Z"}"#]);
    given.enqueues(&["probe"]);
    given.enqueues(&[
        "probe",
        "--payload",
        r#"{"sleep_ms":5}"#,
        "--max-attempts",
        "3",
    ]);

    assert_snapshot!(given.answers(&["job", "ls"]), @"
    ID                                    KIND   QUEUE    STATE  ATTEMPT  AT                    LAST ERROR
    [id]  probe  default  ready  0/10     [time]  –
    [id]  probe  default  ready  0/3      [time]  –
    [id]  sweep  sweep    ready  0/10     [time]  –
    ");
    assert_snapshot!(given.answers(&["job", "ls", "-o", "json", "--limit", "1"]), @r#"
    {
      "jobs": [
        {
          "id": "[id]",
          "queue": "default",
          "state": "ready",
          "kind": "probe",
          "attempt": 0,
          "max_attempts": 10,
          "lost": 0,
          "created": "[time]",
          "at": null,
          "unique": null,
          "origin": "",
          "payload": {
            "sleep_ms": 0
          },
          "errors": []
        }
      ],
      "looked": 1,
      "cursor": "0:1~"
    }
    "#);
    assert_snapshot!(given.answers(&["job", "ls", "-o", "jsonl", "--queue", "default"]), @r#"
    {"id":"[id]","queue":"default","state":"ready","kind":"probe","attempt":0,"max_attempts":10,"lost":0,"created":"[time]","at":null,"unique":null,"origin":"","payload":{"sleep_ms":0},"errors":[]}
    {"id":"[id]","queue":"default","state":"ready","kind":"probe","attempt":0,"max_attempts":3,"lost":0,"created":"[time]","at":null,"unique":null,"origin":"","payload":{"sleep_ms":5},"errors":[]}
    "#);
}

#[tokio::test]
async fn where_no_job_is_the_table_has_its_heads_and_the_lines_are_none() {
    let given = Given::new().await;
    assert_snapshot!(given.answers(&["job", "ls", "--state", "dead"]), @"ID  KIND  QUEUE  STATE  ATTEMPT  AT  LAST ERROR");
    assert_snapshot!(given.answers(&["job", "ls", "--state", "dead", "-o", "json"]), @r#"
    {
      "jobs": [],
      "looked": 0,
      "cursor": null
    }
    "#);
    assert_eq!(
        given.answers(&["job", "ls", "--state", "dead", "-o", "jsonl"]),
        ""
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_shows_why_and_what_to_do_next() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe", "--max-attempts", "3"]);
    work(&given.queue, Fate::FailsForGood, id, State::Dead).await;

    assert_snapshot!(given.answers(&["job", "ls", "--state", "dead"]), @"
    ID                                    KIND   QUEUE    STATE  ATTEMPT  AT                    LAST ERROR
    [id]  probe  default  dead   1/3      [time]  550 5.1.1 no such user
    ");
    let id = id.to_string();
    let shown = given.says(&["job", "show", &id]);
    assert_snapshot!(shown.answer, @r#"
    job       [id] of kind probe in default
    state     dead
    attempt   1 of 3, 0 lost
    created   [time]
    given up  [time]
    payload   {"sleep_ms":0}
    error     [time] attempt 1: fatal: 550 5.1.1 no such user
    "#);
    assert_snapshot!(shown.aside, @"Give it all its attempts again with `honeydue job retry [id]`.");
    assert_snapshot!(given.answers(&["job", "show", &id, "-o", "json"]), @r#"
    {
      "id": "[id]",
      "queue": "default",
      "state": "dead",
      "kind": "probe",
      "attempt": 1,
      "max_attempts": 3,
      "lost": 0,
      "created": "[time]",
      "at": "[time]",
      "unique": null,
      "origin": "",
      "payload": {
        "sleep_ms": 0
      },
      "errors": [
        {
          "at": "[time]",
          "attempt": 1,
          "code": "fatal",
          "text": "550 5.1.1 no such user"
        }
      ]
    }
    "#);
    assert_snapshot!(given.answers(&["job", "show", &id, "-o", "jsonl"]), @r#"{"id":"[id]","queue":"default","state":"dead","kind":"probe","attempt":1,"max_attempts":3,"lost":0,"created":"[time]","at":"[time]","unique":null,"origin":"","payload":{"sleep_ms":0},"errors":[{"at":"[time]","attempt":1,"code":"fatal","text":"550 5.1.1 no such user"}]}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_failed_and_has_attempts_left_is_listed_as_retrying() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe", "--backoff", "1h"]);
    work(&given.queue, Fate::Fails, id, State::Retrying).await;

    assert_snapshot!(given.answers(&["job", "ls", "--state", "retrying"]), @"
    ID                                    KIND   QUEUE    STATE     ATTEMPT  AT                    LAST ERROR
    [id]  probe  default  retrying  1/10     [time]  451 4.3.0 try again
    ");
    let scheduled = given.answers(&["job", "ls", "--state", "scheduled", "-o", "jsonl"]);
    assert_eq!(scheduled, "");
    assert_snapshot!(given.answers(&["job", "show", &id.to_string()]), @r#"
    job      [id] of kind probe in default
    state    retrying
    attempt  1 of 10, 0 lost
    created  [time]
    due      [time]
    payload  {"sleep_ms":0}
    error    [time] attempt 1: failed: 451 4.3.0 try again
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_shows_until_when_its_lease_lasts() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe"]);
    let worker = Worker::start(&given.queue, Fate::Lasts);
    stands(&given.queue, id, State::Running).await;

    assert_snapshot!(given.answers(&["job", "show", &id.to_string()]), @r#"
    job          [id] of kind probe in default
    state        running
    attempt      1 of 10, 0 lost
    created      [time]
    lease until  [time]
    payload      {"sleep_ms":0}
    "#);
    worker.stop().await;
}

#[tokio::test]
async fn a_limit_holds_for_each_state() {
    let given = Given::new().await;
    let later = "2126-01-01T09:00:00Z";
    for _ in 0..3 {
        given.enqueues(&["probe"]);
        given.enqueues(&["probe", "--at", later]);
    }
    for state in ["ready", "scheduled"] {
        let args = ["job", "ls", "-o", "jsonl", "--state", state, "--limit", "2"];
        assert_eq!(given.answers(&args).lines().count(), 2, "{state}");
    }
}
