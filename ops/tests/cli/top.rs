//! `top`: all of it on one page, and how fast it goes.

use insta::assert_snapshot;
use platform::NewJob;
use serde_json::Value;

use crate::given::{Given, put_aside};

#[tokio::test]
async fn what_is_no_terminal_is_told_once_what_goes_on() {
    let (given, _aside) = (Given::new().await, put_aside());
    given.probes(2).await;
    given.buries_all("550 no such user {n}").await;
    given.answers(&["queue", "pause", "mail", "--reason", "the relay is down"]);
    let page = given.answers(&["top"]);
    let (head, rest) = page.split_once("\n\n").unwrap();
    assert!(
        head.contains("   Redis ") && head.ends_with("workers: 0   nobody leads"),
        "{head}"
    );
    assert_snapshot!(rest, @"
    QUEUE    READY  RUNNING  LATER  DEAD  OLDEST  DONE/S  FAILED/S  PAUSED
    default  0      0        0      2     –       –       –         –
    mail     0      0        0      0     –       –       –         until resumed, by operator: the relay is down
    push     0      0        0      0     –       –       –         –
    sweep    0      0        0      0     –       –       –         –
    urgent   0      0        0      0     –       –       –         –

    FINGERPRINT  KIND   CODE    DEAD  RETRYING  PEOPLE  FIRST                 LAST                  MESSAGE
    a0e01881     probe  failed  2     0         0       [time]  [time]  550 no such user #
    ");
}

/// More jobs than `top` looks at wait in the queue that is walked first.
#[tokio::test]
async fn a_thousand_jobs_that_wait_hide_neither_a_dead_one_nor_another_queue() {
    let (given, _aside) = (Given::new().await, put_aside());
    given.probes(1).await;
    given.buries_all("550 no such user").await;
    let later = "2126-01-01T09:00:00Z".parse().unwrap();
    let waits = |_| NewJob::raw("probe", "default", b"{}".to_vec()).at(later);
    let waiting = (0..1001).map(waits).collect();
    given.queue.enqueue_many(waiting).await.unwrap();
    let urgent = NewJob::raw("probe", "urgent", b"{}".to_vec());
    given.queue.enqueue(urgent).await.unwrap();
    given.buries_all_of("urgent", "no token").await;
    let page = given.answers(&["top"]);
    let (_, errors) = page.split_once("FINGERPRINT").unwrap();
    assert_snapshot!(errors, @"
      KIND   CODE    DEAD  RETRYING  PEOPLE  FIRST                 LAST                  MESSAGE
    306e631b     probe  failed  1     0         0       [time]  [time]  no token
    a192d589     probe  failed  1     0         0       [time]  [time]  550 no such user

    Looked at 1000 jobs and no further; `honeydue errors ls` looks at more.
    ");
    let told = given.answers(&["top", "-o", "json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    let errors = &told["errors"];
    assert_eq!(
        (&errors["looked"], &errors["more"]),
        (&1000.into(), &true.into())
    );
    assert_eq!(errors["groups"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_program_reads_a_line_a_look() {
    let given = Given::new().await;
    given.probes(1).await;
    let told = given.answers(&["top", "-o", "jsonl", "--times", "2", "--every", "1s"]);
    let looks: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(looks.len(), 2);
    assert_eq!(looks[0]["queues"][0]["ready"], 1);
    assert!(looks[0]["at"].as_str() < looks[1]["at"].as_str());
}

#[test]
fn it_looks_neither_without_end_nor_without_pause() {
    for wrong in [["--every", "0s"], ["--every", "2h"], ["--times", "0"]] {
        let said = crate::given::said(&mut crate::given::honeydue(&["top", wrong[0], wrong[1]]));
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.aside.contains(wrong[0]), "{said:?}");
    }
}
