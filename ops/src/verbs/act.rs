//! What every verb that writes asks: who, why, and whether it is meant.

use clap::Args;
use operate::{Operator, bulk::PerSecond};
use serde_json::Value;

use crate::{backends::Backends, exit::Refusal, out::Out};

/// Goes into the audit: `honeydue audit ls` shows it.
#[derive(Args)]
pub(crate) struct Actor {
    /// Who asks.
    #[arg(long, env = "USER", default_value = "operator", value_name = "NAME")]
    pub(crate) by: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

impl Actor {
    pub(crate) fn operator(&self, backends: &Backends) -> anyhow::Result<Operator> {
        Ok(Operator {
            queue: backends.queue()?,
            store: backends.store()?,
            by: self.by.clone(),
        })
    }

    /// Of what must work though Postgres does not, such as the emergency brake: then it says that nobody
    /// wrote it down.
    pub(crate) async fn notes(&self, verb: &str, plan: Value, backends: &Backends, out: &Out) {
        let writing = async {
            let operator = self.operator(backends)?;
            let done = async { Ok(((), 1)) };
            let reason = self.reason.as_deref();
            Ok::<_, anyhow::Error>(operator.once(verb, reason, plan, done).await?)
        };
        if let Err(error) = writing.await {
            out.aside(&format!("It is not in the audit: {error}."));
        }
    }
}

/// How much is touched, how fast, and whether to ask before.
#[derive(Args)]
pub(crate) struct Care {
    /// Show how many it would touch, and five of them; touch nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Touch so many at most.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max: Option<u64>,
    /// No faster than this, such as 50/s or 600/min.
    #[arg(long, value_name = "RATE")]
    pub(crate) rate: Option<PerSecond>,
}

/// What who can't be asked may say instead.
pub(crate) const YES: &str = "say --yes to do it";
pub(crate) const YES_OR_LOOK: &str = "say --yes to do it, or --dry-run to look only";

/// Asks a person; who can't be asked is refused, and told what to say.
pub(crate) fn sure(out: &Out, question: &str, instead: &str) -> Result<(), Refusal> {
    let refused = |why: &str| Err(Refusal::Refused(format!("nothing was changed{why}")));
    match out.asks(question) {
        Some(true) => Ok(()),
        Some(false) => refused(""),
        None => refused(&format!("; {instead}")),
    }
}
