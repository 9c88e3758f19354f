//! `schedule backfill`: what was not fired is asked for, once, and only when told to.

use std::time::Duration;

use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};
use platform::JobId;
use store::TickState;

use crate::given::{Given, instant};

const STRETCH: [&str; 7] = [
    "schedule",
    "backfill",
    "sweep",
    "--from",
    "2026-01-01T09:00:00Z",
    "--to",
    "2026-01-01T09:05:00Z",
];

fn nine_o(minute: i64) -> Timestamp {
    instant("2026-01-01T09:00:00Z") + SignedDuration::from_mins(minute)
}

fn backfill(given: &Given, more: &[&str]) -> crate::given::Said {
    given.says(&[&STRETCH[..], more].concat())
}

/// 9:00 was finished, 9:01 fired, 9:02 skipped, 9:03 asked for, 9:04 has no row, and 9:05 is not decided.
pub(crate) async fn a_stretch(given: &Given) {
    let store = &given.store;
    let begun = store.begin_schedule("sweep", nine_o(-1), "").await;
    begun.expect("Postgres answers");
    for minute in 0..=2 {
        let id = format!("sweep@{}", nine_o(minute));
        let new = store
            .record_pending(&id, "sweep", nine_o(minute), None)
            .await;
        assert!(new.expect("Postgres answers"));
        let job = JobId::derived_from(&id).as_uuid();
        match minute {
            2 => store.skipped(&id, "superseded").await,
            _ => store.fired(&id, 7, job, Some(Duration::ZERO)).await,
        }
        .expect("it is decided");
    }
    let first = format!("sweep@{}", nine_o(0));
    assert!(store.finished(&first).await.expect("Postgres answers"));
    let asked = [(format!("sweep@{}#ask", nine_o(3)), nine_o(3))];
    let asked = store.record_asked("sweep", &asked, "ben").await;
    assert_eq!(asked.expect("Postgres answers").len(), 1);
    let reached = store.set_watermark("sweep", nine_o(4), "").await;
    reached.expect("Postgres answers");
}

async fn pending(given: &Given) -> Vec<String> {
    let ticks = given.store.ticks_of("sweep", 100).await;
    let ticks = ticks.expect("Postgres answers").into_iter();
    let pending = ticks.filter(|tick| tick.state == TickState::Pending);
    pending.map(|tick| tick.id).collect()
}

#[tokio::test]
async fn it_shows_what_it_would_ask_for_and_asks_for_nothing() {
    let given = Given::new().await;
    a_stretch(&given).await;
    let said = backfill(&given, &[]);
    assert_eq!(said.code, Some(0));
    assert_snapshot!(said.answer, @"
    INSTANT               STANDS    WHY         ASKED FOR
    2026-01-01T09:00:00Z  finished  –           no need
    2026-01-01T09:01:00Z  fired     –           no need
    2026-01-01T09:02:00Z  skipped   superseded  not yet
    2026-01-01T09:03:00Z  –         –           before
    2026-01-01T09:04:00Z  –         –           not yet
    2026-01-01T09:05:00Z  –         –           no need
    ");
    assert_snapshot!(said.aside, @"2 would be asked for; say --yes to ask for them.");
    assert_eq!(pending(&given).await, ["sweep@2026-01-01T09:03:00Z#ask"]);
}

#[tokio::test]
async fn told_to_it_asks_for_what_was_not_fired_and_a_second_time_for_nothing() {
    let given = Given::new().await;
    a_stretch(&given).await;
    let said = backfill(&given, &["--yes", "--by", "ada", "-o", "jsonl"]);
    assert_snapshot!(said.answer, @r#"
    {"tick":"sweep@2026-01-01T09:00:00Z#ask","instant":"2026-01-01T09:00:00Z","stands":"finished","why":null,"asked":"no"}
    {"tick":"sweep@2026-01-01T09:01:00Z#ask","instant":"2026-01-01T09:01:00Z","stands":"fired","why":null,"asked":"no"}
    {"tick":"sweep@2026-01-01T09:02:00Z#ask","instant":"2026-01-01T09:02:00Z","stands":"skipped","why":"superseded","asked":"now"}
    {"tick":"sweep@2026-01-01T09:03:00Z#ask","instant":"2026-01-01T09:03:00Z","stands":null,"why":null,"asked":"before"}
    {"tick":"sweep@2026-01-01T09:04:00Z#ask","instant":"2026-01-01T09:04:00Z","stands":null,"why":null,"asked":"now"}
    {"tick":"sweep@2026-01-01T09:05:00Z#ask","instant":"2026-01-01T09:05:00Z","stands":null,"why":null,"asked":"no"}
    "#);
    assert_snapshot!(said.aside, @"2 asked for.");
    let asked = pending(&given).await;
    assert_eq!(
        asked,
        [4, 3, 2].map(|minute| format!("sweep@2026-01-01T09:0{minute}:00Z#ask"))
    );
    let again = backfill(&given, &["--yes"]);
    assert_snapshot!(again.aside, @"0 asked for.");
    assert_eq!(pending(&given).await, asked);
}

#[tokio::test]
async fn a_stretch_that_is_none_ahead_or_too_long_is_refused() {
    let given = Given::new().await;
    let refused = |from: &str, to: &str| {
        let verb = ["schedule", "backfill", "sweep", "--from", from, "--to", to];
        let said = given.says(&[&verb[..], &["--yes"]].concat());
        assert_eq!((said.code, said.answer.as_str()), (Some(2), ""), "{said:?}");
        said.aside
    };
    assert_snapshot!(refused("2026-01-01T09:00:00Z", "2026-01-01T08:00:00Z"), @"honeydue: --from is later than --to");
    assert_snapshot!(refused("2026-01-01T09:00:00Z", "2126-01-01T08:00:00Z"), @"honeydue: --to lies ahead; what comes due is fired by itself");
    assert_snapshot!(refused("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"), @"honeydue: that is more than 1000 ticks; take a shorter stretch");
    assert!(pending(&given).await.is_empty());
}

#[tokio::test]
async fn a_schedule_that_is_not_there_is_not_backfilled() {
    let given = Given::new().await;
    let verb = STRETCH.map(|word| if word == "sweep" { "swep" } else { word });
    assert_eq!(given.says(&verb).code, Some(3));
}
