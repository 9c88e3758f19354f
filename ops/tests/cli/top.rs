//! `top`: all of it on one page, and how fast it goes.

use insta::assert_snapshot;
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
