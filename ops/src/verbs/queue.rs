//! Queues: what waits where, and whether it goes on.

mod draw;
mod pause;

use clap::{Subcommand, value_parser};
use operate::queues::{self, Threshold};
use platform::inspect::TALLIED_DAYS;

use self::pause::{Drain, Halt};
use super::act::Actor;
use crate::{backends::Backends, exit::Refusal, out::Out};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// All queues, with how many jobs stand where, and since when the first in line waits.
    Ls,
    /// One queue: what waits, since when, who paused it, what it allows.
    Show {
        /// The queue's name.
        queue: String,
        /// Exit with 7 if this holds, such as oldest>300s or dead>0; also ready, running, later, paused.
        #[arg(long, value_name = "BOUND")]
        fail_if: Vec<Threshold>,
    },
    /// Starts no more of its jobs; what runs goes on.
    Pause(Halt),
    /// Lets it go on.
    Resume {
        /// The queue's name.
        queue: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// Pauses it, and waits until none of its jobs runs any more.
    Drain(Drain),
    /// What was done in it, day by day.
    History {
        /// The queue's name.
        queue: String,
        /// How many days, today first; 1 to 90.
        #[arg(long, default_value_t = 10, value_name = "N", value_parser = value_parser!(u16).range(1..=i64::from(TALLIED_DAYS)))]
        days: u16,
    },
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        match self {
            Self::Ls => draw::all(&queues::list(&queue).await?, out),
            Self::Show {
                queue: name,
                fail_if,
            } => {
                let shown = queues::show(&queue, &name).await?;
                draw::one(&shown, out)?;
                let held: Vec<_> = fail_if
                    .iter()
                    .filter_map(|bound| bound.holds(&shown.view))
                    .collect();
                if held.is_empty() {
                    return Ok(());
                }
                Err(Refusal::Threshold(held.join("; ")).into())
            }
            Self::Pause(verb) => verb.run(backends, out).await,
            Self::Resume { queue, actor } => pause::resume(&queue, &actor, backends, out).await,
            Self::Drain(verb) => verb.run(backends, out).await,
            Self::History { queue: name, days } => {
                let days = queues::history(&queue, &name, days).await?;
                draw::history(&days, out)
            }
        }
    }
}
