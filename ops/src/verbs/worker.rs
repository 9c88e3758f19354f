//! Workers: who is there, and what is wished of them.

use clap::Subcommand;
use operate::{Trouble, redis};
use platform::{WorkerState, WorkerView, WorkerWish};
use serde_json::json;

use super::act::Actor;
use crate::{
    backends::Backends,
    out::{Out, span},
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Workers that were seen lately: since when, and how many jobs of which queue each runs at a time.
    Ls,
    /// Lets a worker claim nothing more; it finishes what runs, and stays until it is stopped.
    Quiet {
        /// As `worker ls` shows it.
        name: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// Lets a worker finish what runs, and end, as SIGTERM would.
    Drain {
        /// As `worker ls` shows it.
        name: String,
        #[command(flatten)]
        actor: Actor,
    },
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        match self {
            Self::Ls => ls(backends, out).await,
            Self::Quiet { name, actor } => {
                wish(&name, WorkerWish::Quiet, &actor, backends, out).await
            }
            Self::Drain { name, actor } => {
                wish(&name, WorkerWish::Drain, &actor, backends, out).await
            }
        }
    }
}

async fn ls(backends: &Backends, out: &Out) -> anyhow::Result<()> {
    let queue = backends.queue()?;
    let (now, workers) = (redis(queue.now()).await?, redis(queue.workers()).await?);
    let ago = |at| span(now.duration_since(at).as_secs().max(0));
    out.rows(
        &["WORKER", "STATE", "VERSION", "UP", "SEEN", "QUEUES"],
        &workers,
        |worker| {
            let says = worker.says.as_ref();
            let dash = || "–".to_owned();
            vec![
                worker.name.clone(),
                state(worker),
                says.map_or_else(dash, |says| says.version.clone()),
                says.map_or_else(dash, |says| ago(says.started)),
                ago(worker.seen),
                says.map_or_else(dash, |says| shares(&says.queues)),
            ]
        },
    )?;
    if workers.is_empty() {
        out.aside("No worker was seen in the last five minutes; nothing is done.");
    }
    Ok(())
}

fn shares(queues: &std::collections::BTreeMap<String, usize>) -> String {
    let shares = queues.iter().map(|(name, share)| format!("{name}={share}"));
    shares.collect::<Vec<_>>().join(",")
}

fn state(worker: &WorkerView) -> String {
    let state = worker.says.as_ref().map(|says| says.state);
    let word = match state {
        Some(WorkerState::Working) => "working",
        Some(WorkerState::Quiet) => "quiet",
        Some(WorkerState::Draining) => "draining",
        None => "unreadable",
    };
    match (&worker.wished, state) {
        (Some(wished), Some(WorkerState::Working)) => format!("{word}, told to {wished}"),
        _ => word.to_owned(),
    }
}

async fn wish(
    name: &str,
    wish: WorkerWish,
    actor: &Actor,
    backends: &Backends,
    out: &Out,
) -> anyhow::Result<()> {
    let operator = actor.operator(backends)?;
    let wishing = async {
        if redis(operator.queue.wish(name, wish)).await? {
            return Ok(((), 1));
        }
        Err(Trouble::NotFound(format!(
            "no worker {name:?} was seen lately; `honeydue worker ls` shows those that were"
        )))
    };
    let verb = format!("worker {}", wish.as_str());
    let plan = json!({ "worker": name });
    operator
        .once(&verb, actor.reason.as_deref(), plan, wishing)
        .await?;
    out.aside(&format!("{name} hears of it within two seconds."));
    Ok(())
}
