//! Schedules: what is due when, and what became of it.

mod backfill;
mod lint;
mod ls;
mod next;
mod pause;
mod run;
mod show;
mod ticks;

use clap::Subcommand;
use platform::timetable::{Schedule, Timetable};

use super::act::Actor;
use crate::{backends::Backends, exit::Refusal, out::Out};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// The lines of the timetable, when they are due, and when they last fired.
    Ls,
    /// One line: its rules, whether it is paused, and how far it has come.
    Show {
        /// The schedule's name.
        name: String,
    },
    /// What is due next, of all lines or of one.
    Next(next::Next),
    /// What became of a schedule's latest ticks.
    Ticks(ticks::Ticks),
    /// Checks the timetable, and says what to think over.
    Lint,
    /// Has a schedule fire nothing for a while; what comes due meanwhile is skipped.
    Pause(pause::Pause),
    /// Ends a pause.
    Resume {
        /// The schedule's name.
        name: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// Asks the leader to fire a tick; shows what it means, and asks, if that lies ahead.
    Run(run::Run),
    /// Asks for the ticks of a stretch of the past that were not fired; shows them unless told `--yes`.
    Backfill(backfill::Backfill),
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        match self {
            Self::Ls => ls::ls(backends, out).await,
            Self::Show { name } => show::show(&name, backends, out).await,
            Self::Next(verb) => verb.run(backends, out).await,
            Self::Ticks(verb) => verb.run(backends, out).await,
            Self::Lint => lint::lint(out),
            Self::Pause(verb) => verb.run(backends, out).await,
            Self::Resume { name, actor } => pause::resume(&name, &actor, backends, out).await,
            Self::Run(verb) => verb.run(backends, out).await,
            Self::Backfill(verb) => verb.run(backends, out).await,
        }
    }
}

fn known<'a>(name: &str, timetable: &'a Timetable) -> Result<&'a Schedule, Refusal> {
    timetable.schedule(name).ok_or_else(|| {
        let known: Vec<_> = timetable.schedules().iter().map(Schedule::id).collect();
        let known = known.join(", ");
        Refusal::NotFound(format!("there is no schedule {name:?}; they are {known}"))
    })
}

/// What is not there.
fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}
