//! The leader: which scheduler fires.

use std::time::Duration;

use clap::Subcommand;
use platform::{Queue, leader::Leader};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::{
    backends::{Backends, redis},
    exit::Refusal,
    out::Out,
    verbs::act::Actor,
};

/// The one that stepped down leaves the lease to the others for its whole length, of which a third may
/// be over.
const PATIENCE: Duration = Duration::from_secs(6);
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Who leads, in which term, and for how long unless renewed.
    Status,
    /// Asks the leader to let another lead, and waits for that one.
    StepDown {
        #[command(flatten)]
        actor: Actor,
    },
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        let led = leader(&queue).await?;
        match self {
            Self::Status => say(&led, out),
            Self::StepDown { actor } => {
                let plan = json!({ "leader": led.owner, "term": led.term });
                actor.notes("leader step-down", plan, backends, out).await;
                step_down(&led, &queue, out).await
            }
        }
    }
}

async fn leader(queue: &Queue) -> anyhow::Result<Leader> {
    let nobody = || Refusal::NotFound("nobody leads; is a scheduler running?".to_owned());
    Ok(redis(queue.leader()).await?.ok_or_else(nobody)?)
}

async fn step_down(led: &Leader, queue: &Queue, out: &Out) -> anyhow::Result<()> {
    redis(queue.ask_to_step_down(led.term)).await?;
    out.aside(&format!("Asked {} to step down.", led.owner));
    let next = next_after(led, queue).await?;
    if next.owner == led.owner {
        out.aside("No other took the lease, so it leads again.");
    }
    say(&next, out)
}

async fn next_after(led: &Leader, queue: &Queue) -> anyhow::Result<Leader> {
    let patience = Duration::from_millis(led.left_ms) + PATIENCE;
    let asked = Instant::now();
    while asked.elapsed() < patience {
        match redis(queue.leader()).await? {
            Some(leader) if leader.term != led.term => return Ok(leader),
            _ => sleep(LOOK_EVERY).await,
        }
    }
    let left = redis(queue.leader()).await?;
    Err(Refusal::Failed(match left {
        Some(leader) => format!("{} still leads; does it run?", leader.owner),
        None => "it stepped down, and nobody leads yet".to_owned(),
    })
    .into())
}

fn say(leader: &Leader, out: &Out) -> anyhow::Result<()> {
    out.one(
        leader,
        &[
            ("leader", leader.owner.clone()),
            ("term", leader.term.to_string()),
            ("timetable", format!("version {}", leader.version)),
            (
                "lease",
                format!("{} ms left unless renewed", leader.left_ms),
            ),
        ],
    )
}
