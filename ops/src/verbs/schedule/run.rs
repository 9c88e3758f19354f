//! Asks the leader for one tick.

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use operate::Operator;
use platform::timetable::TickId;
use serde_json::json;

use super::known;
use crate::{
    backends::{Backends, postgres, redis},
    exit::Refusal,
    out::Out,
    verbs::act::{Actor, YES, sure},
};

/// A tick ahead moves everybody's agenda up to its instant: with a mistyped year, by that year.
const MOST_AHEAD: SignedDuration = SignedDuration::from_hours(48);

#[derive(Args)]
pub(crate) struct Run {
    /// The schedule's name.
    name: String,
    /// The tick's instant, such as 2026-11-22T09:00:00Z, 48 hours ahead at most; now if not said.
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    at: Option<Timestamp>,
    /// Do not ask, if the instant lies ahead.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    actor: Actor,
}

impl Run {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let timetable = kinds::timetable()?;
        known(&self.name, &timetable)?;
        let operator = self.actor.operator(backends)?;
        let now = redis(operator.queue.now()).await?;
        let at = self.at.unwrap_or(now);
        if at > now {
            self.means(at, now, out)?;
        }
        let tick = TickId::asked(&self.name, at).to_string();
        let new = self.ask(&operator, &tick, at).await?;
        if !new {
            out.aside("It was asked for before; nothing was added.");
        }
        out.one(&json!({ "tick": tick, "new": new }), &[("tick", tick)])
    }

    /// Says what it is to fire a tick before its time, and asks whether that is meant.
    fn means(&self, at: Timestamp, now: Timestamp, out: &Out) -> Result<(), Refusal> {
        let ahead = at.duration_since(now);
        if ahead > MOST_AHEAD {
            let far = format!("--at {at} lies more than 48 hours ahead; is it what you mean?");
            return Err(Refusal::Usage(far));
        }
        if self.yes {
            return Ok(());
        }
        out.aside(&format!(
            "{at} lies ahead. {} is fired for it at once: what would come due until then is decided now, and not again when its time comes.",
            self.name
        ));
        sure(out, &format!("Fire {} for {at} now?", self.name), YES)
    }

    /// The row is the wish; the nudge only spares the leader from finding it a little later.
    async fn ask(&self, operator: &Operator, tick: &str, at: Timestamp) -> anyhow::Result<bool> {
        let asking = async {
            let by = Some(self.actor.by.as_str());
            let pending = operator.store.record_pending(tick, &self.name, at, by);
            let new = postgres(pending).await?;
            redis(operator.queue.nudge()).await?;
            Ok((new, u64::from(new)))
        };
        let (plan, reason) = (json!({ "tick": tick }), self.actor.reason.as_deref());
        Ok(operator.once("schedule run", reason, plan, asking).await?)
    }
}
