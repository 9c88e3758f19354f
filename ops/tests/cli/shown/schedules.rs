//! Schedules: what is due, what came of it, and what is asked for.

use super::{shows, shows_each};
use crate::{given::Given, schedule::ticks, schedule_backfill::a_stretch, schedule_lines::led};

#[tokio::test]
async fn what_is_due() {
    let given = Given::new().await;
    led(&given).await;
    shows(&given, "schedule ls", &[]).await;
    shows(&given, "schedule show", &["sweep"]).await;
    let next = ["--from", "2096-01-01T08:00:00Z", "--limit", "3"];
    shows(&given, "schedule next", &next).await;
    shows(&given, "schedule lint", &[]).await;
}

#[tokio::test]
async fn what_came_of_it() {
    let given = Given::new().await;
    ticks(&given).await;
    shows(&given, "schedule ticks", &["sweep"]).await;
}

#[tokio::test]
async fn what_is_asked_for() {
    let given = Given::new().await;
    shows_each(&given, "schedule run", async |turn| {
        let at = format!("1999-01-01T09:0{turn}:00Z");
        ["sweep", "--at", &at, "--by", "ada"]
            .map(str::to_owned)
            .to_vec()
    })
    .await;
    let why = ["--by", "ada", "--reason", "moving house"];
    let pause = [&["sweep", "--for", "2h"], &why[..]].concat();
    shows(&given, "schedule pause", &pause).await;
    shows(&given, "schedule resume", &["sweep"]).await;
}

#[tokio::test]
async fn what_was_missed() {
    let given = Given::new().await;
    a_stretch(&given).await;
    let stretch = [
        "--from",
        "2026-01-01T09:00:00Z",
        "--to",
        "2026-01-01T09:05:00Z",
    ];
    shows(
        &given,
        "schedule backfill",
        &[&["sweep"], &stretch[..]].concat(),
    )
    .await;
}
