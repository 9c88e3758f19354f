//! One job more, by the name of its kind.

use std::time::Duration;

use clap::{Args, value_parser};
use jiff::SignedDuration;
use operate::{Moment, queues, span_of};
use platform::{MOST_ATTEMPTS, NewJob, Scope};
use serde_json::json;

use crate::{
    backends::{Backends, redis},
    exit::Refusal,
    out::Out,
    verbs::{act::Actor, input},
};

#[derive(Args)]
pub(crate) struct Enqueue {
    /// The name of its kind, such as probe.
    kind: String,
    /// As JSON, or where it stands: `@file`, or `@-` for what is piped in. Checked before it is queued.
    #[arg(long, default_value = "{}", value_name = "JSON")]
    payload: String,
    /// Another queue than its kind's own.
    #[arg(long, value_name = "QUEUE")]
    queue: Option<String>,
    /// Only while no other job of the queue holds this key.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// For how long it holds the key: until `started` or `done`, or for a time from now on, such as 24h.
    #[arg(long, value_name = "WHEN", default_value = "done", requires = "key", value_parser = scope)]
    held: Scope,
    /// 1 to 250; the kind's own if not said.
    #[arg(
        long,
        value_name = "N",
        value_parser = value_parser!(u8).range(1..=i64::from(MOST_ATTEMPTS)),
        allow_hyphen_values = true
    )]
    max_attempts: Option<u8>,
    /// What the waits between attempts grow from, such as 100ms or 10s.
    #[arg(long, value_name = "DURATION", value_parser = backoff, allow_hyphen_values = true)]
    backoff: Option<Duration>,
    /// Not before then: an instant such as 2026-11-22T09:00:00Z, or how far ahead, such as 2h.
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    at: Option<Moment>,
    #[command(flatten)]
    actor: Actor,
}

/// A person writes a sign first and sees it refused by name, instead of taken for another flag.
fn backoff(text: &str) -> Result<Duration, String> {
    let told: SignedDuration = text
        .parse()
        .map_err(|error: jiff::Error| error.to_string())?;
    Duration::try_from(told).map_err(|_| "it must not be negative".to_owned())
}

fn scope(text: &str) -> Result<Scope, String> {
    match text {
        "started" => Ok(Scope::UntilStarted),
        "done" => Ok(Scope::UntilDone),
        long => span_of(long)
            .map(Scope::Window)
            .map_err(|_| "it must be started, done, or a time such as 24h".to_owned()),
    }
}

impl Enqueue {
    /// The job as its kind has it, but for what was said otherwise.
    fn job(&self) -> anyhow::Result<NewJob> {
        let payload = input::text("--payload", &self.payload)?;
        let mut job = kinds::catalog()
            .parse(&self.kind, &payload)
            .map_err(|error| Refusal::Usage(error.to_string()))?;
        if let Some(attempts) = self.max_attempts {
            job = job.max_attempts(attempts);
        }
        if let Some(base) = self.backoff {
            job = job.backoff(base);
        }
        if let Some(queue) = &self.queue {
            job = job.in_queue(queues::known(queue)?);
        }
        if let Some(key) = &self.key {
            job = job.unique(key, self.held);
        }
        Ok(job)
    }

    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        let mut job = self.job()?;
        if let Some(moment) = self.at {
            job = job.at(moment.ahead(redis(queue.now()).await?));
        }
        let receipt = redis(queue.enqueue(job)).await?;
        if receipt.accepted() {
            let plan = json!({ "id": receipt.id, "kind": self.kind });
            self.actor.notes("job enqueue", plan, backends, out).await;
        }
        if let Some(state) = receipt.standing {
            out.aside(&format!(
                "{} has its key, and is {state}; nothing was queued. `honeydue lock ls` shows until when.",
                receipt.id
            ));
        }
        out.one(
            &json!({ "id": receipt.id, "accepted": receipt.accepted() }),
            &[("id", receipt.id.to_string())],
        )
    }
}
