//! Locks: unique keys, who holds them, and the one that is stuck.

use clap::{Args, Subcommand};
use operate::{
    Filter,
    locks::{self, Lock},
};
use platform::State;

use super::{
    act::{Actor, YES, sure},
    flags::Limit,
};
use crate::{
    backends::Backends,
    out::{Out, span},
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Unique keys that are held, and by which jobs.
    Ls(Ls),
    /// Frees a key, so that another job with it is accepted.
    Break(Break),
}

/// Where to look.
#[derive(Args)]
struct Among {
    /// Only of these queues.
    #[arg(long, value_name = "QUEUE", value_delimiter = ',')]
    queue: Vec<String>,
}

#[derive(Args)]
pub(crate) struct Ls {
    #[command(flatten)]
    among: Among,
    #[command(flatten)]
    limit: Limit,
}

#[derive(Args)]
pub(crate) struct Break {
    /// The key.
    key: String,
    #[command(flatten)]
    among: Among,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    actor: Actor,
}

impl From<Among> for Filter {
    fn from(among: Among) -> Self {
        Self {
            queues: among.queue,
            ..Self::default()
        }
    }
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        match self {
            Self::Ls(verb) => verb.run(backends, out).await,
            Self::Break(verb) => verb.run(backends, out).await,
        }
    }
}

impl Ls {
    async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let found = locks::list(
            &backends.queue()?,
            &self.among.into(),
            self.limit.limit.into(),
        )
        .await?;
        out.rows_of(
            &found,
            &["KEY", "QUEUE", "HOLDER", "WHICH IS", "FOR"],
            &found.locks,
            |lock| {
                let left = lock
                    .left_s
                    .map(|left| span(i64::try_from(left).unwrap_or(i64::MAX)));
                vec![
                    lock.key.clone(),
                    lock.queue.to_owned(),
                    lock.holder.to_string(),
                    holder(lock),
                    left.unwrap_or_else(|| "its job".to_owned()),
                ]
            },
        )?;
        if found.more {
            out.aside("There are more; say --limit to see them.");
        }
        Ok(())
    }
}

fn holder(lock: &Lock) -> String {
    lock.state
        .map_or("gone".to_owned(), |state| state.to_string())
}

impl Break {
    async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let operator = self.actor.operator(backends)?;
        let lock = locks::find(&operator.queue, &self.among.into(), &self.key).await?;
        out.aside(&format!(
            "{:?} of {} is held by {}, which is {}.",
            lock.key,
            lock.queue,
            lock.holder,
            holder(&lock)
        ));
        if matches!(lock.state, Some(State::Running | State::Ready)) {
            out.aside("Freed now, another job with it may run beside this one.");
        }
        if !self.yes {
            sure(out, "Free it?", YES)?;
        }
        locks::break_it(&operator, &lock, self.actor.reason.as_deref()).await?;
        out.aside("It is free.");
        Ok(())
    }
}
