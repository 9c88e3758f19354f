//! What other releases go by: payloads that wait in Redis, lines of the timetable, and what is promised of
//! each kind.

use std::{collections::BTreeSet, fmt::Write as _};

use insta::assert_snapshot;
use jiff::Timestamp;
use store::{Channel, Delivery, DeliveryId, DeliveryState, UserId};

use crate::{catalog, notices, notify, timetable};

/// One payload of each kind, as it lies in Redis while a roll-out goes on.
///
/// When one no longer fits, the jobs of the release before would be buried: let the kind read both, and
/// only then write the new one.
const PAYLOADS: [(&str, &str); 14] = [
    ("clean-up", "{}"),
    ("daily-digest", DELIVERY),
    ("drip", AT),
    ("onboarding", DELIVERY),
    ("overdue-reminder", DELIVERY),
    ("password-reset", DELIVERY),
    ("probe", r#"{"sleep_ms":250,"fail":"retry","times":2}"#),
    ("sweep", AT),
    ("task-assigned", DELIVERY),
    ("task-completed", DELIVERY),
    ("task-reminder", DELIVERY),
    ("verify-email", DELIVERY),
    ("weekly-summary", DELIVERY),
    ("welcome", DELIVERY),
];
const DELIVERY: &str = r#"{"delivery":"0d5c7a9e-1f2b-4c3d-8e4f-5a6b7c8d9e0f","user_id":7}"#;
const AT: &str = r#"{"at":"2026-11-21T09:00:00Z"}"#;

fn at() -> Timestamp {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

/// What the job of a row of the ledger carries.
fn of_a_row(kind: &str) -> Vec<u8> {
    let row = Delivery {
        id: DeliveryId("0d5c7a9e-1f2b-4c3d-8e4f-5a6b7c8d9e0f".parse().unwrap()),
        user_id: UserId(7),
        kind: kind.to_owned(),
        occasion: "2026-11-21".to_owned(),
        channel: Channel::Mail,
        device_id: None,
        state: DeliveryState::Considered,
        reason: None,
        answer: None,
        copies: 0,
        sending_at: None,
        unknown_at: None,
        not_before: None,
        not_after: at(),
        check_at: at(),
        created_at: at(),
        decided_at: None,
    };
    notify::job(&row).unwrap().payload().to_owned()
}

#[test]
fn every_kind_reads_and_writes_the_payload_that_it_always_had() {
    let kinds: Vec<_> = catalog().kinds().map(|kind| kind.name).collect();
    assert_eq!(kinds, PAYLOADS.map(|(kind, _)| kind));
    for (kind, payload) in PAYLOADS {
        let job = catalog().parse(kind, payload).unwrap();
        assert_eq!(str::from_utf8(job.payload()), Ok(payload), "{kind}");
    }
}

#[test]
fn what_ticks_and_the_ledger_ask_for_carries_those_payloads() {
    let timetable = timetable().unwrap();
    let ticks = timetable.schedules().iter().map(|line| {
        let job = line.job(at()).unwrap();
        (job.kind().to_owned(), job.payload().to_owned())
    });
    let rows = notices().iter().map(|topic| topic.kind);
    let rows = rows.map(|kind| (kind.to_owned(), of_a_row(kind)));
    let asked: BTreeSet<_> = ticks.chain(rows).collect();
    let known = PAYLOADS.into_iter().filter(|(kind, _)| *kind != "probe");
    let known = known.map(|(kind, payload)| (kind.to_owned(), payload.as_bytes().to_owned()));
    assert_eq!(asked, known.collect());
}

/// If this fails, a line has changed: count the version in [`timetable`] up, and take the new lines
/// along. By the version two releases decide which of them yields; with the same one for two timetables,
/// both would fire.
#[test]
fn no_line_of_the_timetable_changes_without_its_version() {
    let timetable = timetable().unwrap();
    let mut told = format!("version {}\n", timetable.version());
    for line in timetable.schedules() {
        let (id, spec) = (line.id(), line.spec());
        let (policy, unfinished) = (line.policy(), line.unfinished());
        let window = line.window();
        writeln!(
            told,
            "{id}: {spec} | {policy:?} | {unfinished:?} | {window:?}"
        )
        .unwrap();
    }
    assert_snapshot!(told, @"
    version 3
    sweep: * * * * * | UTC | gap next | overlap first | Latest | Allow | 3600s
    drip: * * * * * | UTC | gap next | overlap first | Latest | Allow | 3600s
    clean-up: 30 4 * * * | UTC | gap next | overlap first | Latest | Allow | 86400s
    ");
}

#[test]
fn each_message_has_its_way_queue_and_window() {
    let mut told = String::new();
    for topic in notices() {
        let required = if topic.required { "required" } else { "" };
        let (kind, channel, queue) = (topic.kind, topic.channel.name(), topic.queue);
        let row = format!(
            "{kind:<17}{channel:<5}{required:<9}{queue:<7}{:?}",
            topic.window
        );
        writeln!(told, "{row}").unwrap();
    }
    assert_snapshot!(told, @"
    welcome          mail required urgent 172800s
    onboarding       mail          mail   172800s
    task-reminder    mail          mail   21600s
    overdue-reminder mail          mail   21600s
    daily-digest     mail          mail   43200s
    weekly-summary   mail          mail   86400s
    password-reset   mail required urgent 3600s
    verify-email     mail required urgent 259200s
    task-assigned    push          push   3600s
    task-completed   push          push   3600s
    ");
}
