//! One job more, by the name of its kind.

use std::time::Duration;

use clap::{Args, value_parser};
use jiff::SignedDuration;
use operate::Moment;
use platform::MOST_ATTEMPTS;
use serde_json::json;

use crate::{
    backends::{Backends, redis},
    exit::Refusal,
    out::Out,
    verbs::act::Actor,
};

#[derive(Args)]
pub(crate) struct Enqueue {
    /// The name of its kind, such as probe.
    kind: String,
    /// As JSON; checked before it is queued.
    #[arg(long, default_value = "{}", value_name = "JSON")]
    payload: String,
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

impl Enqueue {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        let mut job = kinds::catalog()
            .parse(&self.kind, &self.payload)
            .map_err(|error| Refusal::Usage(error.to_string()))?;
        if let Some(attempts) = self.max_attempts {
            job = job.max_attempts(attempts);
        }
        if let Some(base) = self.backoff {
            job = job.backoff(base);
        }
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
                "One with its key stands already, {state}; nothing was queued."
            ));
        }
        out.one(
            &json!({ "id": receipt.id, "accepted": receipt.accepted() }),
            &[("id", receipt.id.to_string())],
        )
    }
}
