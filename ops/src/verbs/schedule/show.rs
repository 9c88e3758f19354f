//! One line of the timetable, with all that is known of it.

use jiff::Timestamp;
use platform::timetable::{Policy, Schedule, Unfinished};
use serde::Serialize;
use store::Pause;

use super::{known, ls, or_dash};
use crate::{
    backends::{Backends, postgres, redis},
    out::{Out, span},
};

#[derive(Serialize)]
struct Shown {
    schedule: String,
    spec: String,
    policy: Policy,
    window_s: u64,
    unfinished: Unfinished,
    next: Option<Timestamp>,
    last_fired: Option<Timestamp>,
    /// Up to here every tick has a row.
    watermark: Option<Timestamp>,
    paused: Option<Pause>,
}

pub(super) async fn show(name: &str, backends: &Backends, out: &Out) -> anyhow::Result<()> {
    let timetable = kinds::timetable()?;
    let schedule = known(name, &timetable)?;
    let now = redis(backends.queue()?.now()).await?;
    let store = backends.store()?;
    let marks = postgres(store.watermarks()).await?;
    let mark = marks.into_iter().find(|mark| mark.schedule == name);
    let shown = Shown {
        last_fired: ls::last_fired(&store, &timetable).await?.remove(name),
        watermark: mark.map(|mark| mark.instant),
        paused: ls::pauses(&store, now).await?.remove(name),
        ..Shown::of(schedule, now)
    };
    out.one(&shown, &shown.lines())
}

impl Shown {
    fn of(schedule: &Schedule, now: Timestamp) -> Self {
        Self {
            schedule: schedule.id().to_owned(),
            spec: schedule.spec(),
            policy: schedule.policy(),
            window_s: schedule.window().as_secs(),
            unfinished: schedule.unfinished(),
            next: schedule.next(now),
            last_fired: None,
            watermark: None,
            paused: None,
        }
    }

    fn lines(&self) -> [(&'static str, String); 8] {
        let window = span(i64::try_from(self.window_s).unwrap_or(i64::MAX));
        let paused = self.paused.as_ref().map(|pause| {
            let (until, by, reason) = (pause.until, &pause.paused_by, &pause.reason);
            format!("until {until} by {by}: {reason}")
        });
        [
            ("schedule", self.schedule.clone()),
            ("when", self.spec.clone()),
            ("late ticks", format!("{}, within {window}", self.policy)),
            ("unfinished run", self.unfinished.to_string()),
            ("next", or_dash(self.next)),
            ("last fired", or_dash(self.last_fired)),
            ("decided up to", or_dash(self.watermark)),
            ("paused", or_dash(paused)),
        ]
    }
}
