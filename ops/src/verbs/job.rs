//! Jobs: look for them, look at them, put them right.

mod account;
mod bulk;
mod edit;
mod enqueue;
mod filters;
mod ls;
mod show;

use clap::Subcommand;
use operate::Verb as Bulk;
use uuid::Uuid;

use self::{bulk::Write, edit::Edit, enqueue::Enqueue, ls::Ls, show::Show};
use super::act::{Actor, Care};
use crate::{backends::Backends, out::Out};

pub(crate) use self::{
    bulk::carry_out,
    filters::Filters,
    ls::{HEADS, cells},
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Jobs, the ready ones unless --state says others: first in line, next due, latest given up.
    Ls(Ls),
    /// One job: attempts, times, errors, and what to do next.
    Show(Show),
    /// Gives dead jobs all their attempts again.
    Retry(Write),
    /// Calls jobs off: what waits will not run, what runs is stopped.
    Cancel(Write),
    /// Takes dead jobs, or of other states that you name, out of the queue; for a week they can come back.
    Delete(Delete),
    /// Puts what a delete took out back.
    Undo {
        /// The receipt of the delete.
        receipt: Uuid,
        #[command(flatten)]
        actor: Actor,
    },
    /// Goes on with work in bulk that was cut off; each job is touched once.
    Resume {
        /// The receipt of the work.
        receipt: Uuid,
        #[command(flatten)]
        care: Pace,
        #[command(flatten)]
        actor: Actor,
    },
    /// Changes the payload of a job that is not running, or when it is due.
    Edit(Edit),
    /// Enqueues a job by the name of its kind.
    Enqueue(Enqueue),
}

#[derive(clap::Args)]
pub(crate) struct Delete {
    /// Forget them at once, which frees Redis's memory; they can't come back.
    #[arg(long)]
    for_good: bool,
    #[command(flatten)]
    write: Write,
}

#[derive(clap::Args)]
pub(crate) struct Pace {
    /// No faster than this, such as 50/s or 600/min.
    #[arg(long, value_name = "RATE")]
    rate: Option<operate::bulk::PerSecond>,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        match self {
            Self::Ls(verb) => verb.run(&backends.queue()?, out).await,
            Self::Show(verb) => verb.run(&backends.queue()?, out).await,
            Self::Retry(verb) => verb.run(Bulk::Retry, backends, out).await,
            Self::Cancel(verb) => verb.run(Bulk::Cancel, backends, out).await,
            Self::Delete(Delete { for_good, write }) => {
                let verb = if for_good { Bulk::Erase } else { Bulk::Delete };
                write.run(verb, backends, out).await
            }
            Self::Undo { receipt, actor } => bulk::undo(receipt, &actor, backends, out).await,
            Self::Resume {
                receipt,
                care,
                actor,
            } => bulk::resume(receipt, care.rate, &actor, backends, out).await,
            Self::Edit(verb) => verb.run(backends, out).await,
            Self::Enqueue(verb) => verb.run(backends, out).await,
        }
    }
}

impl Care {
    /// For verbs that touch a single thing.
    pub(crate) const fn none() -> Self {
        Self {
            dry_run: false,
            yes: true,
            max: None,
            rate: None,
        }
    }
}
