//! Asks the leader for one tick.

use clap::Args;
use jiff::Timestamp;
use platform::timetable::TickId;

use super::known;
use crate::{
    backends::{Backends, postgres, redis},
    out::Out,
};

#[derive(Args)]
pub(crate) struct Run {
    /// The schedule's name.
    name: String,
    /// The tick's instant, such as 2026-11-22T09:00:00Z; now if not said.
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    at: Option<Timestamp>,
    /// Who asks; goes into the tick's row.
    #[arg(long, env = "USER", default_value = "operator", value_name = "NAME")]
    by: String,
}

impl Run {
    /// The row is the wish; the nudge only spares the leader from finding it a little later.
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let timetable = kinds::timetable()?;
        known(&self.name, &timetable)?;
        let (queue, store) = (backends.queue()?, backends.store()?);
        let at = match self.at {
            Some(at) => at,
            None => redis(queue.now()).await?,
        };
        let tick = TickId::asked(&self.name, at).to_string();
        let new = postgres(store.record_pending(&tick, &self.name, at, Some(&self.by))).await?;
        redis(queue.nudge()).await?;
        if !new {
            out.aside("It was asked for before; nothing was added.");
        }
        out.one(
            &serde_json::json!({ "tick": tick, "new": new }),
            &[("tick", tick)],
        )
    }
}
