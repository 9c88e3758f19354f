//! `schedule ls`, `ticks` and `run`: what is due, and what became of it.

use std::time::Duration;

use insta::assert_snapshot;
use platform::JobId;
use store::TickState;

use crate::given::{Given, instant, put_aside};

const NINE: &str = "2126-01-01T09:00:00Z";
/// Of a tick that is asked for: it has been.
const ASKED: &str = "1999-01-01T09:00:00Z";

#[tokio::test]
async fn a_schedule_is_listed_with_when_it_is_next_due() {
    let (given, _aside) = (Given::new().await, put_aside());
    assert_snapshot!(given.answers(&["schedule", "ls"]), @"
    SCHEDULE  NEXT                  LAST FIRED  PAUSED UNTIL  WHEN
    sweep     [time]  –           –             * * * * * | UTC | gap next | overlap first
    drip      [time]  –           –             * * * * * | UTC | gap next | overlap first
    clean-up  [time]  –           –             30 4 * * * | UTC | gap next | overlap first
    ");
    assert_snapshot!(given.answers(&["schedule", "ls", "-o", "json"]), @r#"
    [
      {
        "schedule": "sweep",
        "spec": "* * * * * | UTC | gap next | overlap first",
        "next": "[time]",
        "last_fired": null,
        "paused": null
      },
      {
        "schedule": "drip",
        "spec": "* * * * * | UTC | gap next | overlap first",
        "next": "[time]",
        "last_fired": null,
        "paused": null
      },
      {
        "schedule": "clean-up",
        "spec": "30 4 * * * | UTC | gap next | overlap first",
        "next": "[time]",
        "last_fired": null,
        "paused": null
      }
    ]
    "#);
    assert_snapshot!(given.answers(&["schedule", "ls", "-o", "jsonl"]), @r#"
    {"schedule":"sweep","spec":"* * * * * | UTC | gap next | overlap first","next":"[time]","last_fired":null,"paused":null}
    {"schedule":"drip","spec":"* * * * * | UTC | gap next | overlap first","next":"[time]","last_fired":null,"paused":null}
    {"schedule":"clean-up","spec":"30 4 * * * | UTC | gap next | overlap first","next":"[time]","last_fired":null,"paused":null}
    "#);
}

/// A tick in each state that one can be seen in.
pub(crate) async fn ticks(given: &Given) {
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
    sweep@2125-12-31T23:00:00Z..2125-12-31T23:59:00Z  skipped  –      –         too late (60 ticks)
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
    given.answers(&["schedule", "run", "sweep", "--at", ASKED, "--by", "ada"]);
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep", "-o", "json"]), @r#"
    [
      {
        "id": "sweep@1999-01-01T09:00:00Z#ask",
        "schedule": "sweep",
        "instant": "1999-01-01T09:00:00Z",
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
    let run = ["schedule", "run", "sweep", "--at", ASKED, "--by", "ada"];
    let first = given.says(&run);
    assert_eq!(first.aside, "");
    assert_snapshot!(first.answer, @"tick  sweep@1999-01-01T09:00:00Z#ask");
    let second = given.says(&[&run[..], &["-o", "jsonl"]].concat());
    assert_snapshot!(second.answer, @r#"{"new":false,"tick":"sweep@1999-01-01T09:00:00Z#ask"}"#);
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
    given.answers(&["schedule", "run", "sweep", "--at", ASKED, "--by", by]);
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep"]), @r"
    TICK                            STATE    LATE  ASKED BY        WHY
    sweep@1999-01-01T09:00:00Z#ask  pending  –     a\nb\u{1b}[31m  –
    ");
}

#[tokio::test]
async fn a_schedule_that_was_never_due_has_an_empty_table() {
    let given = Given::new().await;
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep"]), @"TICK  STATE  LATE  ASKED BY  WHY");
}

#[tokio::test]
async fn a_tick_that_was_fired_after_an_outage_says_how_late_in_minutes() {
    let given = Given::new().await;
    let (id, at) = ("sweep@2126-01-01T09:00:00Z", instant(NINE));
    let store = &given.store;
    assert!(store.record_pending(id, "sweep", at, None).await.unwrap());
    let (job, late) = (JobId::derived_from(id).as_uuid(), Duration::from_secs(2415));
    assert!(store.fired(id, 7, job, Some(late)).await.unwrap());
    assert_snapshot!(given.answers(&["schedule", "ticks", "sweep"]), @"
    TICK                        STATE  LATE    ASKED BY  WHY
    sweep@2126-01-01T09:00:00Z  fired  40 min  –         –
    ");
}

#[tokio::test]
async fn a_tick_ahead_is_asked_about_and_one_far_ahead_refused() {
    let (given, _aside) = (Given::new().await, put_aside());
    let at = async |hours| {
        let at = given.queue.now().await.unwrap() + Duration::from_hours(hours);
        at.to_string()
    };
    let run = |at: &str, more: &[&str]| {
        given.says(&[&["schedule", "run", "sweep", "--at", at], more].concat())
    };
    let soon = at(3).await;
    let asked = run(&soon, &[]);
    assert_eq!((asked.code, asked.answer.as_str()), (Some(5), ""));
    assert_snapshot!(asked.aside, @"
    [time] lies ahead. sweep is fired for it at once: what would come due until then is decided now, and not again when its time comes.
    honeydue: nothing was changed; say --yes to do it
    ");
    let far = run(&at(49).await, &["--yes"]);
    assert_eq!(far.code, Some(2), "{far:?}");
    assert_snapshot!(far.aside, @"honeydue: --at [time] lies more than 48 hours ahead; is it what you mean?");
    assert!(given.store.ticks_of("sweep", 9).await.unwrap().is_empty());
    assert_eq!(run(&soon, &["--yes"]).code, Some(0));
    assert_eq!(given.store.ticks_of("sweep", 9).await.unwrap().len(), 1);
}
