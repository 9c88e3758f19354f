//! That nobody's address, device, name or chore got to where it does not belong.

use anyhow::{Context as _, ensure};

use crate::{House, out};

/// Of the people of this day: addresses, tokens of devices, names, titles. Long enough that no chance makes
/// them out of an id.
const SECRETS: [&str; 9] = [
    "@example.com",
    "APA91bG",
    "c1e0c1e0c1e0",
    "Cleo",
    "Dora",
    "furnace filter",
    "Clear the gutters",
    "Water the plants",
    "gave you a task",
];

/// Redis holds ids only, as do logs, metrics and traces.
pub(super) async fn check(house: &House) -> anyhow::Result<()> {
    let written = house.redis.written().context("what Redis wrote")?;
    ensure!(
        written.contains("task-reminder"),
        "that is not what Redis wrote"
    );
    clean("Redis", &written)?;
    for (what, process) in house.processes() {
        clean(&format!("the log of the {what}"), &process.logs())?;
        let (_, metrics) = process.probe("/metrics").await?;
        ensure!(metrics.contains("honeydue_"), "the {what} has no metrics");
        clean(&format!("the metrics of the {what}"), &metrics)?;
    }
    house.collector.wait_for("task-reminder").await;
    clean("a trace", &house.collector.whole())?;
    out::aside("\nRedis, logs, metrics and traces hold nobody's address, device, name or chore.");
    Ok(())
}

fn clean(place: &str, text: &str) -> anyhow::Result<()> {
    let found = SECRETS.into_iter().find(|secret| text.contains(secret));
    ensure!(found.is_none(), "{place} holds {found:?}");
    Ok(())
}
