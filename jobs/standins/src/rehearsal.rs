//! What a roll-out, a drain and the loss of each part cost, on the topology of the cluster.
//!
//! Three APIs, two workers and two schedulers run as processes behind a small proxy, on a real Redis and
//! Postgres, under a steady load of sign-ups, chores and ticks. Each play breaks or changes something in
//! the middle of that; afterwards the ledger, the ticks and the inbox are counted.

mod cost;
mod load;
mod plays;
mod pod;
mod proxy;
mod stage;
mod table;

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};

use crate::out;
use cost::Cost;
use load::Load;
use plays::{PLAYS, Play};
use stage::Stage;

/// Before and after what a play does, so that it does it in the middle of the load.
const CALM: Duration = Duration::from_secs(8);
/// A play begins this long before a full minute: the timetable's own tick falls right into it.
const AHEAD_OF_TICK: f64 = 3.0;

/// Plays those named, or all, and prints what each cost.
pub async fn play(wanted: &[String]) -> anyhow::Result<ExitCode> {
    let plays = chosen(wanted)?;
    let stage = Arc::new(Stage::start().await?);
    let mut costs = Vec::new();
    for play in plays {
        out::aside(&format!("Playing: {} …", play.name));
        let cost = one(&stage, play).await;
        let cost = cost.with_context(|| format!("{}\n{}", play.name, stage.logs()))?;
        costs.push((play, cost));
    }
    out::answer(&table::costs(&costs));
    out::answer(&table::uses(&stage.uses()));
    let broken: Vec<_> = costs
        .iter()
        .flat_map(|(play, cost)| play.broken_by(cost))
        .collect();
    for broken in &broken {
        out::aside(broken);
    }
    Ok(if broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn chosen(wanted: &[String]) -> anyhow::Result<Vec<&'static Play>> {
    let named = |name: &String| {
        PLAYS
            .iter()
            .find(|play| play.name.starts_with(name.as_str()))
    };
    if let Some(unknown) = wanted.iter().find(|name| named(name).is_none()) {
        let known: Vec<_> = PLAYS.iter().map(|play| play.name).collect();
        bail!(
            "there is no play {unknown:?}; they are {}",
            known.join(", ")
        );
    }
    let all = PLAYS.iter();
    Ok(if wanted.is_empty() {
        all.collect()
    } else {
        wanted.iter().filter_map(named).collect()
    })
}

async fn one(stage: &Arc<Stage>, play: &Play) -> anyhow::Result<Cost> {
    let begun = stage.now()?;
    let load = Load::start(stage);
    tokio::time::sleep(CALM).await;
    tokio::time::sleep(until_the_tick(stage)?).await;
    play.act.on(stage).await?;
    tokio::time::sleep(CALM).await;
    let borne = load.stop().await?;
    Cost::of(stage, &begun, borne).await
}

fn until_the_tick(stage: &Stage) -> anyhow::Result<Duration> {
    let answer = stage.ask("SELECT 60 - extract(second FROM clock_timestamp())")?;
    let left: f64 = answer.concat().concat().parse().context("seconds")?;
    Ok(Duration::from_secs_f64(
        (left - AHEAD_OF_TICK).rem_euclid(60.0),
    ))
}
