//! Has a schedule fire nothing for a while. A pause has a reason and an end, or it would be forgotten.

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use operate::{Operator, span_of};
use serde_json::json;

use super::known;
use crate::{
    backends::{Backends, postgres, redis},
    exit::Refusal,
    out::Out,
    verbs::act::Actor,
};

/// What Postgres takes.
const MOST_REASON: usize = 200;

#[derive(Args)]
pub(crate) struct Pause {
    /// The schedule's name.
    name: String,
    /// Why; goes into the row of each tick that is skipped.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// For how long, such as 90m, 2h or 7d.
    #[arg(long = "for", value_name = "DURATION", value_parser = span_of, allow_hyphen_values = true)]
    long: Option<Duration>,
    /// Until when, such as 2026-11-22T09:00:00Z.
    #[arg(
        long,
        value_name = "INSTANT",
        conflicts_with = "long",
        required_unless_present = "long",
        allow_hyphen_values = true
    )]
    until: Option<Timestamp>,
    /// Who pauses it.
    #[arg(long, env = "USER", default_value = "operator", value_name = "NAME")]
    by: String,
}

impl Pause {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        known(&self.name, &kinds::timetable()?)?;
        let operator = Operator {
            queue: backends.queue()?,
            store: backends.store()?,
            by: self.by.clone(),
        };
        let until = self.end(redis(operator.queue.now()).await?)?;
        self.has_a_reason()?;
        self.pause(&operator, until).await?;
        out.aside(&format!(
            "What comes due meanwhile is skipped, also afterwards. `honeydue schedule resume {}` ends it.",
            self.name
        ));
        out.one(
            &json!({ "schedule": self.name, "until": until, "reason": self.reason }),
            &[
                ("schedule", self.name.clone()),
                ("paused until", until.to_string()),
            ],
        )
    }

    async fn pause(&self, operator: &Operator, until: Timestamp) -> anyhow::Result<()> {
        let pausing = async {
            let pause = operator
                .store
                .pause(&self.name, until, &self.reason, &self.by);
            postgres(pause).await?;
            redis(operator.queue.nudge()).await?;
            Ok(((), 1))
        };
        let (plan, reason) = (
            json!({ "schedule": self.name, "until": until }),
            Some(self.reason.as_str()),
        );
        Ok(operator
            .once("schedule pause", reason, plan, pausing)
            .await?)
    }

    fn end(&self, now: Timestamp) -> Result<Timestamp, Refusal> {
        let after = |long| now.checked_add(long).ok();
        let told = self.until.or_else(|| self.long.and_then(after));
        let until = told.ok_or_else(|| Refusal::Usage("--for is too long".to_owned()))?;
        if until <= now {
            return Err(Refusal::Usage(format!("{until} has passed already")));
        }
        Ok(until)
    }

    fn has_a_reason(&self) -> Result<(), Refusal> {
        let length = self.reason.chars().count();
        if self.reason.trim().is_empty() || length > MOST_REASON {
            let wrong = format!("--reason must have 1 to {MOST_REASON} characters");
            return Err(Refusal::Usage(wrong));
        }
        Ok(())
    }
}

pub(super) async fn resume(
    name: &str,
    actor: &Actor,
    backends: &Backends,
    out: &Out,
) -> anyhow::Result<()> {
    let operator = actor.operator(backends)?;
    let resuming = async {
        let was_paused = postgres(operator.store.resume(name)).await?;
        redis(operator.queue.nudge()).await?;
        Ok((was_paused, u64::from(was_paused)))
    };
    let (plan, reason) = (json!({ "schedule": name }), actor.reason.as_deref());
    let was_paused = operator
        .once("schedule resume", reason, plan, resuming)
        .await?;
    if !was_paused {
        known(name, &kinds::timetable()?)?;
        out.aside("It was not paused.");
    }
    out.one(
        &json!({ "schedule": name, "was_paused": was_paused }),
        &[("schedule", name.to_owned())],
    )
}
