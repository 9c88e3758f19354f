//! Answers go to stdout and asides to stderr, whoever listens.

use std::process::Stdio;

use platform::State;

use crate::{
    given::{Given, Said},
    worker::{Fate, work},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_reads_is_never_mixed_with_what_a_person_is_told() {
    let given = Given::new().await;
    let id = given.enqueues(&["probe"]);
    work(&given.queue, Fate::FailsForGood, id, State::Dead).await;
    let id = id.to_string();
    for args in [&["queue", "ls"][..], &["job", "show", &id]] {
        let Said {
            code,
            answer,
            aside,
        } = given.says(&[args, &["-o", "json"]].concat());
        assert_eq!(code, Some(0));
        assert!(
            serde_json::from_str::<serde_json::Value>(&answer).is_ok(),
            "{answer}"
        );
        assert!(aside.contains("`honeydue "), "{aside}");
    }
}

#[tokio::test]
async fn a_reader_that_has_seen_enough_is_no_error() {
    let given = Given::new().await;
    for _ in 0..3 {
        given.enqueues(&["probe"]);
    }
    for format in ["table", "json", "jsonl"] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = given.command(&["job", "ls", "-o", format]);
        let ran = command.stdout(writer).output().unwrap();
        let aside = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(
            (ran.status.code(), aside.as_str()),
            (Some(0), ""),
            "{format}"
        );
    }
}

#[tokio::test]
async fn nobody_to_tell_asides_to_is_no_error() {
    let given = Given::new().await;
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = given.command(&["migrate"]);
    let ran = command
        .stderr(writer)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(ran.code(), Some(0));
}

#[tokio::test]
async fn an_answer_that_could_not_be_written_is_an_error() {
    let given = Given::new().await;
    let full = std::fs::File::create("/dev/full").unwrap();
    let ran = given
        .command(&["queue", "ls"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1));
    assert!(!ran.stderr.is_empty());
}

#[tokio::test]
async fn formats_may_be_asked_for_before_the_noun_and_after_the_verb() {
    let given = Given::new().await;
    let before = given.answers(&["-o", "jsonl", "schedule", "ticks", "sweep"]);
    let after = given.answers(&["schedule", "ticks", "sweep", "--output", "jsonl"]);
    assert_eq!((before.as_str(), after.as_str()), ("", ""));
}
