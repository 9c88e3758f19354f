//! Wrong values: exit code 2, the name of what is wrong, and nothing changed.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

use insta::assert_snapshot;

use crate::given::{Given, put_aside, said};

/// The first line of what is said to values that are wrong.
fn refusal(given: &Given, args: &[&str]) -> String {
    let said = given.says(args);
    assert_eq!(
        (said.code, said.answer.as_str()),
        (Some(2), ""),
        "{args:?}: {said:?}"
    );
    said.aside.lines().next().unwrap_or_default().to_owned()
}

fn enqueue(given: &Given, flag: &str, value: &str) -> String {
    refusal(given, &["job", "enqueue", "probe", flag, value])
}

async fn nothing_was_queued(given: &Given) {
    let counts = given.queue.counts("default").await.expect("Redis answers");
    assert_eq!((counts.ready, counts.due), (0, 0));
}

#[tokio::test]
async fn an_unknown_kind_is_answered_with_the_known_ones() {
    let given = Given::new().await;
    assert_snapshot!(refusal(&given, &["job", "enqueue", "prob"]), @r#"honeydue: no kind of job is called "prob"; the kinds are clean-up, daily-digest, drip, onboarding, overdue-reminder, password-reset, probe, sweep, task-assigned, task-completed, task-reminder, verify-email, weekly-summary, welcome"#);
    assert_snapshot!(refusal(&given, &["job", "enqueue", ""]), @r#"honeydue: no kind of job is called ""; the kinds are clean-up, daily-digest, drip, onboarding, overdue-reminder, password-reset, probe, sweep, task-assigned, task-completed, task-reminder, verify-email, weekly-summary, welcome"#);
    assert_snapshot!(refusal(&given, &["job", "enqueue", "a\nb\u{1b}[31m"]), @r#"honeydue: no kind of job is called "a\nb\u{1b}[31m"; the kinds are clean-up, daily-digest, drip, onboarding, overdue-reminder, password-reset, probe, sweep, task-assigned, task-completed, task-reminder, verify-email, weekly-summary, welcome"#);
}

#[tokio::test]
async fn a_payload_that_does_not_fit_is_refused_with_what_is_wrong_in_it() {
    let given = Given::new().await;
    let payload = |text| enqueue(&given, "--payload", text);
    assert_snapshot!(payload(""), @"honeydue: the payload is not one of probe: EOF while parsing a value at line 1 column 0");
    assert_snapshot!(payload("{"), @"honeydue: the payload is not one of probe: EOF while parsing an object at line 1 column 1");
    assert_snapshot!(payload("null"), @"honeydue: the payload is not one of probe: invalid type: null, expected struct Probe at line 1 column 4");
    assert_snapshot!(payload(r#"{"sleep":5}"#), @"honeydue: the payload is not one of probe: unknown field `sleep`, expected one of `sleep_ms`, `fail`, `times` at line 1 column 8");
    assert_snapshot!(payload(r#"{"sleep_ms":-1}"#), @"honeydue: the payload is not one of probe: invalid value: integer `-1`, expected u64 at line 1 column 14");
    assert_snapshot!(payload(r#"{"fail":"\u0000"}"#), @r"honeydue: the payload is not one of probe: unknown variant `\u{0}`, expected one of `retry`, `fatal`, `panic`, `abort` at line 1 column 16");
    assert_snapshot!(payload(r#"{"times":256}"#), @"honeydue: the payload is not one of probe: invalid value: integer `256`, expected u8 at line 1 column 12");
    assert!(payload(&"[".repeat(100_000)).contains("payload"));
    nothing_was_queued(&given).await;
}

#[tokio::test]
async fn attempts_out_of_bounds_name_their_flag() {
    let given = Given::new().await;
    for wrong in ["0", "251", "256", "-1", "many", "", "1.5"] {
        let told = enqueue(&given, "--max-attempts", wrong);
        assert!(told.contains("--max-attempts"), "{wrong}: {told}");
    }
    assert_snapshot!(enqueue(&given, "--max-attempts", "0"), @"error: invalid value '0' for '--max-attempts <N>': 0 is not in 1..=250");
    nothing_was_queued(&given).await;
}

#[tokio::test]
async fn a_duration_that_is_none_names_its_flag() {
    let given = Given::new().await;
    for wrong in ["-1s", "1s ago", "soon", "", "5", "1 fortnight", "9e99s"] {
        let told = enqueue(&given, "--backoff", wrong);
        assert!(told.contains("--backoff"), "{wrong}: {told}");
    }
    assert_snapshot!(enqueue(&given, "--backoff", "-1s"), @"error: invalid value '-1s' for '--backoff <DURATION>': it must not be negative");
    nothing_was_queued(&given).await;
}

#[tokio::test]
async fn an_instant_that_is_none_names_its_flag() {
    let given = Given::new().await;
    for wrong in ["tomorrow", "", "2126-01-01", "2126-02-30T09:00:00Z", "-1s"] {
        let told = enqueue(&given, "--at", wrong);
        assert!(told.contains("--at"), "{wrong}: {told}");
    }
    nothing_was_queued(&given).await;
}

#[tokio::test]
async fn a_limit_out_of_bounds_names_its_flag_and_lists_nothing() {
    let given = Given::new().await;
    for wrong in ["0", "1001", "-1", "all", "99999999999999999999"] {
        for verb in [&["job", "ls"][..], &["explain", "--user", "1"]] {
            let told = refusal(&given, &[verb, &["--limit", wrong]].concat());
            assert!(told.contains("--limit"), "{wrong}: {told}");
        }
    }
}

#[tokio::test]
async fn a_timeout_out_of_bounds_names_its_flag() {
    let given = Given::new().await;
    for wrong in ["0s", "99ms", "6s", "-1s", "soon", ""] {
        let told = refusal(&given, &["queue", "ls", "--timeout", wrong]);
        assert!(told.contains("--timeout"), "{wrong}: {told}");
    }
    assert_snapshot!(refusal(&given, &["queue", "ls", "--timeout", "6s"]), @"error: invalid value '6s' for '--timeout <DURATION>': it must be 100ms to 5s");
}

#[tokio::test]
async fn words_that_are_not_in_a_list_are_answered_with_the_list() {
    let given = Given::new().await;
    assert_snapshot!(refusal(&given, &["job", "ls", "--state", "stuck"]), @r#"error: invalid value 'stuck' for '--state <STATE>': unknown state "stuck"; the states are scheduled, ready, running, retrying, done, dead, cancelled"#);
    assert_snapshot!(refusal(&given, &["job", "ls", "--output", "xml"]), @"error: invalid value 'xml' for '--output <FORMAT>'");
    assert_snapshot!(refusal(&given, &["job", "show", "7"]), @"error: invalid value '7' for '<ID>': invalid length: found 1");
    assert_snapshot!(refusal(&given, &["explain", "--user", "ada"]), @"error: invalid value 'ada' for '--user <ID>': invalid digit found in string");
}

#[tokio::test]
async fn an_instant_before_all_that_postgres_knows_is_the_callers_mistake() {
    let (given, _aside) = (Given::new().await, put_aside());
    let run = [
        "schedule",
        "run",
        "sweep",
        "--at",
        "-009999-01-02T02:00:00Z",
    ];
    assert_snapshot!(refusal(&given, &run), @"honeydue: Postgres refuses this value: error returned from database: timestamp out of range");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused_wherever_they_stand() {
    let given = Given::new().await;
    let bytes = OsStr::from_bytes(b"\xff{");
    for before in [
        &["job", "enqueue"][..],
        &["job", "enqueue", "probe", "--payload"],
    ] {
        let said = said(given.command(before).arg(bytes));
        assert_eq!((said.code, said.answer.as_str()), (Some(2), ""), "{said:?}");
        assert!(said.aside.contains("UTF-8"), "{said:?}");
    }
    nothing_was_queued(&given).await;
}
