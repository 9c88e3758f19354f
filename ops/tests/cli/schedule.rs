//! `schedule` and `leader`: what is due, what became of it, and who sees to it.

use std::time::Duration;

use insta::assert_snapshot;
use platform::{
    JobId,
    leader::{Candidate, Held},
};
use store::TickState;

use crate::given::{Given, instant, put_aside};

const NINE: &str = "2126-01-01T09:00:00Z";

#[tokio::test]
async fn a_schedule_is_listed_with_when_it_is_next_due() {
    let (given, _aside) = (Given::new().await, put_aside());
    assert_snapshot!(given.answers(&["schedule", "ls"]), @"
    SCHEDULE  NEXT                  WHEN
    sweep     [time]  * * * * * | UTC | gap next | overlap first
    ");
    assert_snapshot!(given.answers(&["schedule", "ls", "-o", "json"]), @r#"
    [
      {
        "schedule": "sweep",
        "spec": "* * * * * | UTC | gap next | overlap first",
        "next": "[time]"
      }
    ]
    "#);
    assert_snapshot!(given.answers(&["schedule", "ls", "-o", "jsonl"]), @r#"{"schedule":"sweep","spec":"* * * * * | UTC | gap next | overlap first","next":"[time]"}"#);
}

/// A tick in each state that one can be seen in.
async fn ticks(given: &Given) {
    let store = &given.store;
    for (minute, by) in [(0, None), (1, None), (2, Some("ada"))] {
        let at = instant(&format!("2126-01-01T09:0{minute}:00Z"));
        let id = format!("sweep@{at}");
        let new = store.record_pending(&id, "sweep", at, by).await;
        assert!(new.expect("Postgres answers"));
    }
    let late = Some(Duration::from_millis(1500));
    let fired = "sweep@2126-01-01T09:00:00Z";
    let job = JobId::derived_from(fired).as_uuid();
    store.fired(fired, 7, job, late).await.expect("it is fired");
    let skipped = store.skipped("sweep@2126-01-01T09:01:00Z", "superseded");
    assert!(skipped.await.expect("Postgres answers"));
    let (from, to) = (
        instant("2125-12-31T23:00:00Z"),
        instant("2125-12-31T23:59:00Z"),
    );
    let shared = store.shared_skip("sweep", from, to, 60, "too late");
    assert!(shared.await.expect("Postgres answers"));
}

#[tokio::test]
async fn the_ticks_of_a_schedule_say_what_became_of_each_the_newest_first() {
    let (given, _aside) = (Given::new().await, put_aside());
    ticks(&given).await;
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep"]), @"
    TICK                                              STATE    LATE   ASKED BY  WHY
    sweep@2126-01-01T09:02:00Z                        pending  –      ada       –
    sweep@2126-01-01T09:01:00Z                        skipped  –      –         superseded
    sweep@2126-01-01T09:00:00Z                        fired    1.5 s  –         –
    sweep@2125-12-31T23:00:00Z..2125-12-31T23:59:00Z  skipped  –      –         too late
    ");
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep", "-o", "jsonl"]), @r#"
    {"id":"sweep@2126-01-01T09:02:00Z","schedule":"sweep","instant":"2126-01-01T09:02:00Z","state":"pending","reason":null,"term":null,"job_id":null,"asked_by":"ada","late_s":null,"until_instant":null,"count":1,"recorded_at":"[time]","fired_at":null,"decided_at":null}
    {"id":"sweep@2126-01-01T09:01:00Z","schedule":"sweep","instant":"2126-01-01T09:01:00Z","state":"skipped","reason":"superseded","term":null,"job_id":null,"asked_by":null,"late_s":null,"until_instant":null,"count":1,"recorded_at":"[time]","fired_at":null,"decided_at":"[time]"}
    {"id":"sweep@2126-01-01T09:00:00Z","schedule":"sweep","instant":"2126-01-01T09:00:00Z","state":"fired","reason":null,"term":7,"job_id":"[id]","asked_by":null,"late_s":1.5,"until_instant":null,"count":1,"recorded_at":"[time]","fired_at":"[time]","decided_at":null}
    {"id":"sweep@2125-12-31T23:00:00Z..2125-12-31T23:59:00Z","schedule":"sweep","instant":"2125-12-31T23:00:00Z","state":"skipped","reason":"too late","term":null,"job_id":null,"asked_by":null,"late_s":null,"until_instant":"2125-12-31T23:59:00Z","count":60,"recorded_at":"[time]","fired_at":null,"decided_at":"[time]"}
    "#);
}

#[tokio::test]
async fn ticks_as_json_are_one_array() {
    let (given, _aside) = (Given::new().await, put_aside());
    given.answers(&["schedule", "run", "sweep", "--at", NINE, "--by", "ada"]);
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep", "-o", "json"]), @r#"
    [
      {
        "id": "sweep@2126-01-01T09:00:00Z#ask",
        "schedule": "sweep",
        "instant": "2126-01-01T09:00:00Z",
        "state": "pending",
        "reason": null,
        "term": null,
        "job_id": null,
        "asked_by": "ada",
        "late_s": null,
        "until_instant": null,
        "count": 1,
        "recorded_at": "[time]",
        "fired_at": null,
        "decided_at": null
      }
    ]
    "#);
}

#[tokio::test]
async fn a_tick_asked_for_twice_is_there_once_with_who_asked() {
    let given = Given::new().await;
    let run = ["schedule", "run", "sweep", "--at", NINE, "--by", "ada"];
    let first = given.says(&run);
    assert_eq!(first.aside, "");
    assert_snapshot!(first.answer, @"tick  sweep@2126-01-01T09:00:00Z#ask");
    let second = given.says(&[&run[..], &["-o", "jsonl"]].concat());
    assert_snapshot!(second.answer, @r#"{"new":false,"tick":"sweep@2126-01-01T09:00:00Z#ask"}"#);
    assert_snapshot!(second.aside, @"It was asked for before; nothing was added.");

    let ticks = given.store.ticks_of("sweep", 9).await.unwrap();
    assert_eq!(ticks.len(), 1, "{ticks:?}");
    assert_eq!(ticks[0].asked_by.as_deref(), Some("ada"));
    assert_eq!(ticks[0].state, TickState::Pending);
}

#[tokio::test]
async fn who_asked_neither_breaks_the_table_nor_talks_to_the_terminal() {
    let given = Given::new().await;
    let by = "a\nb\u{1b}[31m";
    given.answers(&["schedule", "run", "sweep", "--at", NINE, "--by", by]);
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep"]), @r"
    TICK                            STATE    LATE  ASKED BY        WHY
    sweep@2126-01-01T09:00:00Z#ask  pending  –     a\nb\u{1b}[31m  –
    ");
}

#[tokio::test]
async fn a_schedule_that_was_never_due_has_an_empty_table() {
    let given = Given::new().await;
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep"]), @"TICK  STATE  LATE  ASKED BY  WHY");
}

#[tokio::test]
async fn the_leader_is_shown_with_its_term_and_what_its_lease_has_left() {
    let (given, _aside) = (Given::new().await, put_aside());
    let who = Candidate {
        owner: "scheduler-0/b1".to_owned(),
        term: 7,
        version: 1,
    };
    let held = given.queue.hold(&who, Duration::from_mins(1)).await;
    assert_eq!(held.unwrap(), Held::Ours);

    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\b\d{5}\b", "[left]");
    let _aside_too = settings.bind_to_scope();
    assert_snapshot!(given.answers(&["leader", "status"]), @"
    leader     scheduler-0/b1
    term       7
    timetable  version 1
    lease      [left] ms left unless renewed
    ");
    assert_snapshot!(given.answers(&["leader", "status", "-o", "json"]), @r#"
    {
      "owner": "scheduler-0/b1",
      "term": 7,
      "version": 1,
      "left_ms": [left]
    }
    "#);
    assert_snapshot!(given.answers(&["leader", "status", "-o", "jsonl"]), @r#"{"owner":"scheduler-0/b1","term":7,"version":1,"left_ms":[left]}"#);
}
