//! The timetable: what happens by itself, and when.
//!
//! It is checked whole before anything is fired, and all that is wrong with it is said at once. An
//! empty one is not wrong, but nobody leads with it: silence is worse than a refusal.

mod instants;
mod line;
mod rules;
mod schedule;
mod tick;
mod when;

use std::{collections::HashSet, fmt};

pub use self::{
    line::{Line, MakeJob, Policy},
    rules::{Gap, Overlap},
    schedule::{ON_TIME, Schedule},
    tick::{NotATick, TickId},
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
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{NewJob, SWEEP};

    fn line(id: &str, when: &str) -> Line {
        Line::new(id, when, |at| {
            Ok(NewJob::raw("probe", SWEEP, at.to_string().into_bytes()))
        })
    }

    fn complaint(lines: impl IntoIterator<Item = Line>) -> String {
        Timetable::new(1, lines).unwrap_err().to_string()
    }

    #[test]
    fn every_wrong_line_is_named_with_what_is_wrong_at_once() {
        let told = complaint([
            line("fine", "0 14 * * *"),
            line("fine", "0 15 * * *"),
            line("soon", "soon"),
            line("never", "0 14 31 2 *"),
            line("lost", "0 14 * * *").zone("Europe/Atlantis"),
            line("No Name", "0 14 * * *"),
        ]);
        assert!(
            told.contains("line `fine`: another line has this id"),
            "{told}"
        );
        assert!(
            told.contains("line `soon`: \"soon\" has 1 fields"),
            "{told}"
        );
        assert!(
            told.contains("line `never`: \"0 14 31 2 *\" does not match once in five years"),
            "{told}"
        );
        assert!(
            told.contains("line `lost`: \"Europe/Atlantis\" is no time zone"),
            "{told}"
        );
        assert!(
            told.contains("line `No Name`: id \"No Name\" must be"),
            "{told}"
        );
    }

    #[test]
    fn a_catch_up_has_a_bound() {
        let all = complaint([line("all", "* * * * *").policy(Policy::All { max: 501 })]);
        assert!(all.contains("1 to 500 ticks, not 501"), "{all}");
        let none = complaint([line("none", "* * * * *").policy(Policy::All { max: 0 })]);
        assert!(none.contains("1 to 500 ticks, not 0"), "{none}");
    }

    #[test]
    fn a_window_is_never_shorter_than_being_on_time_takes() {
        let told = complaint([line("brief", "* * * * *").window(Duration::from_secs(59))]);
        assert!(told.contains("at least 60s"), "{told}");
    }

    #[test]
    fn a_job_for_another_queue_is_refused_for_firing_it_would_not_be_one_step() {
        let told = complaint([Line::new("mail", "* * * * *", |_| {
            Ok(NewJob::raw("probe", "mail", vec![]))
        })]);
        assert!(told.contains("\"mail\""), "{told}");
    }

    #[test]
    fn a_leap_day_is_soon_enough() {
        let table = Timetable::new(1, [line("leap", "0 14 29 2 *")]).unwrap();
        let next = table
            .schedule("leap")
            .unwrap()
            .next("2026-11-21T00:00:00Z".parse().unwrap());
        assert_eq!(next.unwrap().to_string(), "2028-02-29T14:00:00Z");
    }

    #[test]
    fn a_page_of_it_shows_all_that_a_version_stands_for() {
        let berlin = line("night", "30 2 * * MON")
            .zone("Europe/Berlin")
            .gap(Gap::Skip);
        let table = Timetable::new(3, [berlin.policy(Policy::Skip)]).unwrap();
        assert_eq!(
            table.to_string(),
            "version 3\nnight: 30 2 * * MON | Europe/Berlin | gap skip | overlap first | skip within 3600s\n"
        );
    }
}
