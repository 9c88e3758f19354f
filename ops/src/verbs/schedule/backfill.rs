//! Asks for the ticks of a stretch of the past that were not fired.
//!
//! Each is asked for under the id that `schedule run` would give it, so that asking twice, or by both,
//! fires it once.

use std::collections::BTreeMap;

use clap::Args;
use jiff::{SignedDuration, Timestamp};
use operate::{Operator, Trouble};
use platform::timetable::{Schedule, TickId};
use serde::Serialize;
use serde_json::json;
use store::{Store, Tick, TickState};

use super::{known, or_dash};
use crate::{
    backends::{Backends, postgres, redis},
    exit::Refusal,
    out::Out,
    verbs::act::Actor,
};

/// More than this at once is rather a mistake.
const MOST: usize = 1000;

#[derive(Args)]
pub(crate) struct Backfill {
    /// The schedule's name.
    name: String,
    /// The first instant, such as 2026-11-21T09:00:00Z.
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    from: Timestamp,
    /// The last instant.
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    to: Timestamp,
    /// Ask for them, and do not only show them.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    actor: Actor,
}

/// One tick of the stretch.
#[derive(Serialize)]
struct Gap {
    tick: String,
    instant: Timestamp,
    /// What became of it when it was due; nothing if it has no row of its own.
    stands: Option<TickState>,
    why: Option<String>,
    asked: Asked,
}

#[derive(Serialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Asked {
    Would,
    Now,
    Before,
    /// It needs no asking for.
    No,
}

impl Backfill {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let timetable = kinds::timetable()?;
        let schedule = known(&self.name, &timetable)?;
        let operator = self.actor.operator(backends)?;
        let instants = self.instants(schedule, redis(operator.queue.now()).await?)?;
        let mut gaps = gaps(&operator.store, &self.name, &instants).await?;
        if self.yes {
            let plan = json!({ "schedule": self.name, "from": self.from, "to": self.to });
            let (asking, reason) = (self.ask(&operator, &mut gaps), self.actor.reason.as_deref());
            operator
                .once("schedule backfill", reason, plan, asking)
                .await?;
        }
        say(&gaps, out)
    }

    fn instants(&self, schedule: &Schedule, now: Timestamp) -> Result<Vec<Timestamp>, Refusal> {
        if self.from > self.to {
            return Err(Refusal::Usage("--from is later than --to".to_owned()));
        }
        if self.to > now {
            let ahead = "--to lies ahead; what comes due is fired by itself";
            return Err(Refusal::Usage(ahead.to_owned()));
        }
        // The first instant belongs to it, and instants are looked for after one.
        let before = self.from.saturating_sub(SignedDuration::from_nanos(1));
        let instants = schedule.instants(before.unwrap_or(self.from), self.to, MOST + 1);
        if instants.len() > MOST {
            let wide = format!("that is more than {MOST} ticks; take a shorter stretch");
            return Err(Refusal::Usage(wide));
        }
        Ok(instants)
    }

    async fn ask(&self, operator: &Operator, gaps: &mut [Gap]) -> Result<((), u64), Trouble> {
        let wanted = gaps.iter().filter(|gap| gap.asked == Asked::Would);
        let wanted = wanted.map(|gap| (gap.tick.clone(), gap.instant));
        let wanted: Vec<_> = wanted.collect();
        let rows = operator
            .store
            .record_asked(&self.name, &wanted, &self.actor.by);
        let new = postgres(rows).await?;
        redis(operator.queue.nudge()).await?;
        for gap in gaps.iter_mut().filter(|gap| gap.asked == Asked::Would) {
            let now = new.contains(&gap.tick);
            gap.asked = if now { Asked::Now } else { Asked::Before };
        }
        Ok(((), u64::try_from(new.len()).unwrap_or(u64::MAX)))
    }
}

async fn gaps(store: &Store, name: &str, instants: &[Timestamp]) -> anyhow::Result<Vec<Gap>> {
    let ids = instants.iter().flat_map(|instant| {
        [
            TickId::due(name, *instant).to_string(),
            TickId::asked(name, *instant).to_string(),
        ]
    });
    let rows = postgres(store.ticks_by_id(&ids.collect::<Vec<_>>())).await?;
    let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    let marks = postgres(store.watermarks()).await?;
    let mark = marks.into_iter().find(|mark| mark.schedule == name);
    let undecided = |at: Timestamp| mark.as_ref().is_some_and(|mark| at > mark.instant);
    let gap = |at: &Timestamp| gap(name, *at, &rows, undecided(*at));
    Ok(instants.iter().map(gap).collect())
}

fn gap(name: &str, instant: Timestamp, rows: &BTreeMap<String, Tick>, undecided: bool) -> Gap {
    let tick = TickId::asked(name, instant).to_string();
    let due = rows.get(&TickId::due(name, instant).to_string());
    let stands = due.map(|row| row.state);
    let asked = match stands {
        _ if rows.contains_key(&tick) => Asked::Before,
        Some(TickState::Pending | TickState::Fired | TickState::Finished) => Asked::No,
        // The leader has not come to it yet.
        None if undecided => Asked::No,
        Some(TickState::Skipped) | None => Asked::Would,
    };
    let why = due.and_then(|row| row.reason.clone());
    Gap {
        tick,
        instant,
        stands,
        why,
        asked,
    }
}

fn say(gaps: &[Gap], out: &Out) -> anyhow::Result<()> {
    let would = gaps.iter().filter(|gap| gap.asked == Asked::Would).count();
    let now = gaps.iter().filter(|gap| gap.asked == Asked::Now).count();
    out.rows(&["INSTANT", "STANDS", "WHY", "ASKED FOR"], gaps, |gap| {
        vec![
            gap.instant.to_string(),
            or_dash(gap.stands),
            or_dash(gap.why.as_ref()),
            gap.asked.in_words().to_owned(),
        ]
    })?;
    if would > 0 {
        out.aside(&format!(
            "{would} would be asked for; say --yes to ask for them."
        ));
    } else {
        out.aside(&format!("{now} asked for."));
    }
    Ok(())
}

impl Asked {
    fn in_words(self) -> &'static str {
        match self {
            Self::Would => "not yet",
            Self::Now => "now",
            Self::Before => "before",
            Self::No => "no need",
        }
    }
}
