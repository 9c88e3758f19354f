//! The timetable: what happens by itself, and when.
//!
//! It is checked whole before anything is fired, and all that is wrong with it is said at once. An
//! empty one is not wrong, but nobody leads with it: silence is worse than a refusal.

mod instants;
mod line;
mod lint;
mod rules;
mod schedule;
mod tick;
mod unfinished;
mod when;

use std::{collections::HashSet, fmt};

pub use self::{
    line::{Line, MakeJob, Policy},
    rules::{Gap, Overlap},
    schedule::{ON_TIME, Schedule},
    tick::{NotATick, TickId},
    unfinished::Unfinished,
};

#[derive(Debug, Clone)]
pub struct Timetable {
    version: u32,
    schedules: Vec<Schedule>,
}

impl Timetable {
    /// `version` rises whenever a line changes, so that a roll-out never fires by two timetables.
    pub fn new(version: u32, lines: impl IntoIterator<Item = Line>) -> Result<Self, Problems> {
        let mut seen = HashSet::new();
        let mut problems = Vec::new();
        let mut schedules = Vec::new();
        for line in lines {
            let id = line.id.clone();
            let unique = if seen.insert(id.clone()) {
                Ok(())
            } else {
                Err("another line has this id".into())
            };
            match unique.and_then(|()| Schedule::of(line)) {
                Ok(schedule) => schedules.push(schedule),
                Err(what) => problems.push(Problem { line: id, what }),
            }
        }
        if problems.is_empty() {
            Ok(Self { version, schedules })
        } else {
            Err(Problems(problems))
        }
    }

    pub fn version(&self) -> u32 {
        self.version
    }

    pub fn is_empty(&self) -> bool {
        self.schedules.is_empty()
    }

    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    pub fn schedule(&self, id: &str) -> Option<&Schedule> {
        self.schedules.iter().find(|schedule| schedule.id() == id)
    }
}

impl fmt::Display for Timetable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "version {}", self.version)?;
        self.schedules
            .iter()
            .try_for_each(|schedule| writeln!(f, "{schedule}"))
    }
}

/// What is wrong with one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line `{line}`: {what}")]
pub struct Problem {
    pub line: String,
    pub what: String,
}

/// All that is wrong with a timetable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the timetable is wrong")?;
        self.0
            .iter()
            .try_for_each(|problem| write!(f, "; {problem}"))
    }
}

#[cfg(test)]
mod tests;
