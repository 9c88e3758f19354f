//! What Postgres says of ticks, as the leader last read it and has added to since.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::timetable::{Schedule, TickId};

use crate::action::{Action, Why};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticks {
    pub watermarks: BTreeMap<String, Watermark>,
    /// The rows that are `pending`, oldest first.
    pub rows: Vec<Row>,
}

/// Up to here every tick of a schedule has a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watermark {
    pub instant: Timestamp,
    /// Of the schedule that it was moved by.
    pub spec: String,
}

/// One `pending` row, and what the script said of it if it was asked already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub tick: TickId,
    pub since: Timestamp,
    pub told: Option<Told>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Fired,
    Skip(Why),
}

impl Ticks {
    /// None if the schedule is new, or was another one when it last moved it.
    pub fn watermark(&self, schedule: &Schedule) -> Option<Timestamp> {
        let known = self.watermarks.get(schedule.id())?;
        (known.spec == schedule.spec()).then_some(known.instant)
    }

    /// What the script said of a row's tick.
    pub(crate) fn tell(&mut self, tick: &TickId, told: Told) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.tick == *tick) {
            row.told = Some(told);
        }
    }

    /// What this scheduler has written itself, it need not read.
    pub(crate) fn wrote(&mut self, action: Action) {
        match action {
            Action::Begin { schedule, at, spec } => {
                let begun = Watermark { instant: at, spec };
                self.watermarks.insert(schedule, begun);
            }
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
            told: None,
        }
    }
}
