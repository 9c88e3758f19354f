//! What Postgres says of ticks, as the leader last read it and has added to since.

use std::{collections::BTreeMap, ops::Range};

use jiff::Timestamp;
use platform::timetable::{Schedule, TickId};

use crate::action::{Action, Why};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticks {
    pub watermarks: BTreeMap<String, Watermark>,
    /// The rows that are `pending`, oldest first.
    pub rows: Vec<Row>,
    /// The latest pause of each schedule that ever had one.
    pub pauses: BTreeMap<String, Pause>,
}

/// Up to here every tick of a schedule has a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watermark {
    pub instant: Timestamp,
    /// Of the schedule that it was moved by.
    pub spec: String,
}

/// What comes due in it is not fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    pub during: Range<Timestamp>,
    pub reason: String,
}

/// One `pending` row, and what has been found out about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub tick: TickId,
    pub since: Timestamp,
    /// The runs that it would come behind, once they have been asked for.
    pub behind: Option<Vec<TickId>>,
    pub told: Option<Told>,
}

/// What the script said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// When that was known, by Redis's clock.
    Fired(Timestamp),
    /// Not now: a run that it would come behind has not finished.
    Unfinished,
    Skip(Why),
}

impl Ticks {
    /// None if the schedule is new, or was another one when it last moved it.
    pub fn watermark(&self, schedule: &Schedule) -> Option<Timestamp> {
        let known = self.watermarks.get(schedule.id())?;
        (known.spec == schedule.spec()).then_some(known.instant)
    }

    /// Why a tick that came due at this instant is not to be fired, if a pause says so.
    pub(crate) fn paused(&self, schedule: &str, instant: Timestamp) -> Option<Why> {
        let pause = self.pauses.get(schedule)?;
        let paused = pause.during.contains(&instant);
        paused.then(|| Why::Paused(pause.reason.clone()))
    }

    /// The instant of this schedule's tick that waits for the previous run, if one does.
    pub(crate) fn waiting(&self, schedule: &str) -> Option<Timestamp> {
        let rows = self
            .rows
            .iter()
            .filter(|row| row.told == Some(Told::Unfinished));
        let ours = rows.filter(|row| row.tick.schedule == schedule);
        ours.map(|row| row.tick.instant).max()
    }

    fn row(&mut self, tick: &TickId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.tick == *tick)
    }

    /// The runs that a row's tick would come behind.
    pub(crate) fn come_behind(&mut self, tick: &TickId, behind: Vec<TickId>) {
        if let Some(row) = self.row(tick) {
            row.behind = Some(behind);
        }
    }

    /// What the script said of a row's tick.
    pub(crate) fn tell(&mut self, tick: &TickId, told: Told) {
        if let Some(row) = self.row(tick) {
            row.told = Some(told);
        }
    }

    /// What this scheduler has written itself, it need not read.
    pub(crate) fn wrote(&mut self, action: Action) {
        match action {
            Action::SkipShared { schedule, to, .. } => self.raise(&schedule, to),
            Action::Skip {
                schedule, instants, ..
            } => {
                instants
                    .last()
                    .into_iter()
                    .for_each(|to| self.raise(&schedule, *to));
            }
            Action::Record { tick } => self.rows.push(Row::begun(tick)),
            Action::MarkFired { tick, .. } | Action::MarkSkipped { tick, .. } => self.settle(&tick),
            _ => {}
        }
    }

    /// A row has been decided, and a tick that was due moves the watermark.
    fn settle(&mut self, tick: &TickId) {
        self.rows.retain(|row| row.tick != *tick);
        if !tick.asked {
            self.raise(&tick.schedule, tick.instant);
        }
    }

    /// Watermarks never move back.
    fn raise(&mut self, schedule: &str, to: Timestamp) {
        if let Some(known) = self.watermarks.get_mut(schedule) {
            known.instant = known.instant.max(to);
        }
    }
}

impl Row {
    /// By this scheduler, so that nobody has waited for it.
    fn begun(tick: TickId) -> Self {
        Self {
            since: tick.instant,
            tick,
            behind: None,
            told: None,
        }
    }
}
