//! Schedules: what is due when, and what became of it.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use platform::timetable::{Schedule, TickId, Timetable};
use serde::Serialize;

use crate::{
    backends::{Backends, postgres, redis},
    exit::Refusal,
    out::Out,
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// The lines of the timetable.
    Ls,
    /// Asks the leader to fire a tick, also one that lies ahead.
    Run(Run),
    /// What became of a schedule's latest ticks.
    Ticks {
        /// The schedule's name.
        name: String,
    },
}

#[derive(Args)]
pub(crate) struct Run {
    /// The schedule's name.
    name: String,
    /// The tick's instant, such as 2026-11-22T09:00:00Z; now if not said.
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    at: Option<Timestamp>,
    /// Who asks; goes into the tick's row.
    #[arg(long, env = "USER", default_value = "operator", value_name = "NAME")]
    by: String,
}

#[derive(Serialize)]
struct Line {
    schedule: String,
    spec: String,
    next: Option<Timestamp>,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        match self {
            Self::Ls => ls(backends, out).await,
            Self::Run(verb) => verb.run(backends, out).await,
            Self::Ticks { name } => ticks(&name, backends, out).await,
        }
    }
}

async fn ls(backends: &Backends, out: &Out) -> anyhow::Result<()> {
    let now = redis(backends.queue()?.now()).await?;
    let timetable = kinds::timetable()?;
    let lines: Vec<Line> = timetable
        .schedules()
        .iter()
        .map(|schedule| Line {
            schedule: schedule.id().to_owned(),
            spec: schedule.spec(),
            next: schedule.next(now),
        })
        .collect();
    out.rows(&["SCHEDULE", "NEXT", "WHEN"], &lines, |line| {
        let next = line.next.map_or("never".to_owned(), |at| at.to_string());
        vec![line.schedule.clone(), next, line.spec.clone()]
    })
}

impl Run {
    /// The row is the wish; the nudge only spares the leader from finding it a little later.
    async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let timetable = kinds::timetable()?;
        known(&self.name, &timetable)?;
        let (queue, store) = (backends.queue()?, backends.store()?);
        let at = match self.at {
            Some(at) => at,
            None => redis(queue.now()).await?,
        };
        let tick = TickId::asked(&self.name, at).to_string();
        let new = postgres(store.record_pending(&tick, &self.name, at, Some(&self.by))).await?;
        redis(queue.nudge()).await?;
        if !new {
            out.aside("It was asked for before; nothing was added.");
        }
        out.one(
            &serde_json::json!({ "tick": tick, "new": new }),
            &[("tick", tick)],
        )
    }
}

fn known(name: &str, timetable: &Timetable) -> Result<(), Refusal> {
    if timetable.schedule(name).is_some() {
        return Ok(());
    }
    let known: Vec<_> = timetable.schedules().iter().map(Schedule::id).collect();
    let known = known.join(", ");
    Err(Refusal::NotFound(format!(
        "there is no schedule {name:?}; they are {known}"
    )))
}

async fn ticks(name: &str, backends: &Backends, out: &Out) -> anyhow::Result<()> {
    let ticks = postgres(backends.store()?.ticks_of(name, 50)).await?;
    // A schedule that left the timetable has ticks still, and they may be looked at.
    if ticks.is_empty() {
        known(name, &kinds::timetable()?)?;
    }
    out.rows(
        &["TICK", "STATE", "LATE", "ASKED BY", "WHY"],
        &ticks,
        |tick| {
            vec![
                tick.id.clone(),
                format!("{:?}", tick.state).to_lowercase(),
                tick.late_s
                    .map_or("–".to_owned(), |late| format!("{late:.1} s")),
                tick.asked_by.clone().unwrap_or_else(|| "–".to_owned()),
                tick.reason.clone().unwrap_or_else(|| "–".to_owned()),
            ]
        },
    )
}
