//! `schedule show`, `next` and `lint`: the lines of the timetable.

use std::time::Duration;

use insta::assert_snapshot;
use platform::JobId;

use crate::given::{Given, honeydue, instant, put_aside, said};

const EIGHT: &str = "2126-01-01T08:00:00Z";

/// A schedule that has been led, fired once and paused.
pub(crate) async fn led(given: &Given) {
    let (store, at) = (&given.store, instant(EIGHT));
    let begun = store.begin_schedule("sweep", instant("2126-01-01T07:59:00Z"), "");
    begun.await.expect("Postgres answers");
    let id = format!("sweep@{at}");
    let recorded = store.record_pending(&id, "sweep", at, None).await;
    assert!(recorded.expect("Postgres answers"));
    let job = JobId::derived_from(&id).as_uuid();
    let late = Some(Duration::from_secs(1));
    store.fired(&id, 7, job, late).await.expect("it is fired");
    let until = instant("2126-01-02T00:00:00Z");
    let paused = store.pause("sweep", until, "moving house", "ada");
    paused.await.expect("Postgres answers");
}

#[tokio::test]
async fn a_schedule_is_shown_with_its_rules_and_how_far_it_has_come() {
    let (given, _aside) = (Given::new().await, put_aside());
    assert_snapshot!(given.answers(&["schedule", "show", "sweep"]), @"
    schedule        sweep
    when            * * * * * | UTC | gap next | overlap first
    late ticks      latest, within 1 h 0 min
    unfinished run  allow
    next            [time]
    last fired      –
    decided up to   –
    paused          –
    ");
    led(&given).await;
    assert_snapshot!(given.answers(&["schedule", "show", "sweep"]), @"
    schedule        sweep
    when            * * * * * | UTC | gap next | overlap first
    late ticks      latest, within 1 h 0 min
    unfinished run  allow
    next            [time]
    last fired      2126-01-01T08:00:00Z
    decided up to   2126-01-01T08:00:00Z
    paused          until 2126-01-02T00:00:00Z by ada: moving house
    ");
    assert_snapshot!(given.answers(&["schedule", "show", "sweep", "-o", "json"]), @r#"
    {
      "schedule": "sweep",
      "spec": "* * * * * | UTC | gap next | overlap first",
      "policy": "latest",
      "window_s": 3600,
      "unfinished": "allow",
      "next": "[time]",
      "last_fired": "2126-01-01T08:00:00Z",
      "watermark": "2126-01-01T08:00:00Z",
      "paused": {
        "schedule": "sweep",
        "reason": "moving house",
        "paused_by": "ada",
        "since": "[time]",
        "until": "2126-01-02T00:00:00Z"
      }
    }
    "#);
    assert_snapshot!(given.answers(&["schedule", "ls"]), @"
    SCHEDULE  NEXT                  LAST FIRED            PAUSED UNTIL          WHEN
    sweep     [time]  2126-01-01T08:00:00Z  2126-01-02T00:00:00Z  * * * * * | UTC | gap next | overlap first
    drip      [time]  –                     –                     * * * * * | UTC | gap next | overlap first
    clean-up  [time]  –                     –                     30 4 * * * | UTC | gap next | overlap first
    ");
}

#[tokio::test]
async fn what_is_due_next_is_told_in_order() {
    let given = Given::new().await;
    let from = "2096-01-01T08:00:00Z";
    let next = ["schedule", "next", "--from", from, "--limit", "3"];
    assert_snapshot!(given.answers(&next), @"
    DUE                   IN     SCHEDULE
    2096-01-01T08:01:00Z  1 min  drip
    2096-01-01T08:01:00Z  1 min  sweep
    2096-01-01T08:02:00Z  2 min  drip
    ");
    let of_one = ["schedule", "next", "sweep", "--from", from, "--limit", "1"];
    assert_snapshot!(given.answers(&[&of_one[..], &["-o", "json"]].concat()), @r#"
    [
      {
        "instant": "2096-01-01T08:01:00Z",
        "schedule": "sweep"
      }
    ]
    "#);
    let now = given.answers(&["schedule", "next", "-o", "jsonl"]);
    assert_eq!(now.lines().count(), 10);
}

#[test]
fn our_own_timetable_passes_its_check_which_needs_no_server() {
    let table = said(&mut honeydue(&["schedule", "lint"]));
    assert_eq!(table.code, Some(0), "{table:?}");
    assert_snapshot!(table.answer, @"
    SCHEDULE  VERDICT  WHAT
    sweep     right    * * * * * | UTC | gap next | overlap first
    drip      right    * * * * * | UTC | gap next | overlap first
    clean-up  right    30 4 * * * | UTC | gap next | overlap first
    ");
    let json = said(&mut honeydue(&["schedule", "lint", "-o", "json"]));
    assert_snapshot!(json.answer, @r#"
    [
      {
        "schedule": "sweep",
        "verdict": "right",
        "what": "* * * * * | UTC | gap next | overlap first"
      },
      {
        "schedule": "drip",
        "verdict": "right",
        "what": "* * * * * | UTC | gap next | overlap first"
      },
      {
        "schedule": "clean-up",
        "verdict": "right",
        "what": "30 4 * * * | UTC | gap next | overlap first"
      }
    ]
    "#);
}
