//! What became of a schedule's latest ticks.

use clap::Args;
use store::Tick;

use super::{known, or_dash};
use crate::{
    backends::{Backends, postgres},
    out::{Out, span},
    verbs::flags::Limit,
};

#[derive(Args)]
pub(crate) struct Ticks {
    /// The schedule's name.
    name: String,
    #[command(flatten)]
    limit: Limit,
}

impl Ticks {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let ticks = postgres(
            backends
                .store()?
                .ticks_of(&self.name, self.limit.limit.into()),
        )
        .await?;
        // A schedule that left the timetable has ticks still, and they may be looked at.
        if ticks.is_empty() {
            known(&self.name, &kinds::timetable()?)?;
        }
        out.rows(
            &["TICK", "STATE", "LATE", "ASKED BY", "WHY"],
            &ticks,
            |tick| {
                vec![
                    tick.id.clone(),
                    tick.state.to_string(),
                    or_dash(tick.late_s.map(late)),
                    or_dash(tick.asked_by.as_ref()),
                    or_dash(tick.reason.as_ref().map(|reason| why(tick, reason))),
                ]
            },
        )
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a span of seconds, which saturates"
)]
fn late(seconds: f64) -> String {
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        span(seconds as i64)
    }
}

fn why(tick: &Tick, reason: &str) -> String {
    match tick.count {
        1 => reason.to_owned(),
        count => format!("{reason} ({count} ticks)"),
    }
}
