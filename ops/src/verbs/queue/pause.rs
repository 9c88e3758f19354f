//! `queue pause`, `resume` and `drain`: a pause says who, why and until when.

use std::time::{Duration, Instant};

use clap::Args;
use operate::{queues, redis, span_of};
use platform::Queue;
use serde_json::json;

use crate::{backends::Backends, exit::Refusal, out::Out, verbs::act::Actor};

#[derive(Args)]
pub(crate) struct Halt {
    /// The queue's name.
    queue: String,
    /// For how long, such as 30min or 2h; until resumed if not said.
    #[arg(long = "for", value_name = "DURATION", value_parser = span_of, allow_hyphen_values = true)]
    long: Option<Duration>,
    #[command(flatten)]
    actor: Actor,
}

#[derive(Args)]
pub(crate) struct Drain {
    #[command(flatten)]
    halt: Halt,
    /// How long to wait for what runs.
    #[arg(long, default_value = "60s", value_name = "DURATION", value_parser = span_of, allow_hyphen_values = true)]
    wait: Duration,
}

impl Halt {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        self.pause(&queue, backends, out).await?;
        let running = queues::running(&queue, queues::known(&self.queue)?).await?;
        if running > 0 {
            out.aside(&format!(
                "{running} of its jobs run on; `honeydue queue drain {}` waits for them.",
                self.queue
            ));
        }
        Ok(())
    }

    async fn pause(&self, queue: &Queue, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let name = queues::known(&self.queue)?;
        let seconds = self.long.map(|long| long.as_secs());
        self.actor
            .notes(
                "queue pause",
                json!({ "queue": name, "seconds": seconds }),
                backends,
                out,
            )
            .await;
        let reason = self.actor.reason.as_deref().unwrap_or_default();
        let before = redis(queue.pause(name, self.long, reason, &self.actor.by)).await?;
        if before {
            out.aside("It was paused before; this replaces that.");
        }
        // Done is done: who can't read it back must not be told that it failed.
        let now = redis(queue.paused(name)).await.ok().flatten();
        let how = now.map_or_else(String::new, |pause| format!(" {}", queues::paused(&pause)));
        out.aside(&format!("{name} is paused{how}."));
        out.aside(&format!(
            "Let it go on with `honeydue queue resume {name}`."
        ));
        Ok(())
    }
}

pub(super) async fn resume(
    name: &str,
    actor: &Actor,
    backends: &Backends,
    out: &Out,
) -> anyhow::Result<()> {
    let (queue, name) = (backends.queue()?, queues::known(name)?);
    actor
        .notes("queue resume", json!({ "queue": name }), backends, out)
        .await;
    let before = redis(queue.resume(name)).await?;
    let said = if before { "goes on" } else { "was not paused" };
    out.aside(&format!("{name} {said}."));
    Ok(())
}

impl Drain {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        let name = queues::known(&self.halt.queue)?;
        self.halt.pause(&queue, backends, out).await?;
        let begun = Instant::now();
        loop {
            let running = queues::running(&queue, name).await?;
            if running == 0 {
                out.aside(&format!("Nothing of {name} runs."));
                return Ok(());
            }
            if begun.elapsed() >= self.wait {
                return Err(Refusal::Failed(format!(
                    "{running} of the jobs of {name} still run after {:?}; it stays paused. See them with `honeydue job ls --queue {name} --state running`",
                    self.wait
                ))
                .into());
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}
