//! One line of the timetable, understood: it knows its instants and makes its jobs.

use std::{fmt, time::Duration};

use jiff::{Timestamp, ToSpan, civil::date, tz::TimeZone};

use super::{Line, Policy, Unfinished, instants::Instants, when::When};
use crate::{JobId, NewJob, QueueError, SWEEP, new_job};

/// A tick is on time this long after its instant. A handover between leaders takes less.
pub const ON_TIME: Duration = Duration::from_mins(1);

/// A catch-up is done in one go, so it may not be any size.
const MOST_CAUGHT_UP: u16 = 500;

const MOST_JITTER: Duration = Duration::from_hours(24);

#[derive(Debug, Clone)]
pub struct Schedule {
    line: Line,
    instants: Instants,
    /// Its part of its jitter.
    delay: Duration,
}

impl Schedule {
    pub(super) fn of(line: Line) -> Result<Self, String> {
        new_job::name("id", &line.id).map_err(|error| error.to_string())?;
        let instants = Instants {
            when: When::parse(&line.when)?,
            zone: zone(&line.zone)?,
            gap: line.gap,
            overlap: line.overlap,
        };
        let delay = part_of(line.jitter, &line.id);
        let schedule = Self {
            line,
            instants,
            delay,
        };
        schedule.can_catch_up()?;
        schedule.makes_its_job()?;
        Ok(schedule)
    }

    pub fn id(&self) -> &str {
        &self.line.id
    }

    pub fn policy(&self) -> Policy {
        self.line.policy
    }

    pub fn window(&self) -> Duration {
        self.line.window
    }

    pub fn unfinished(&self) -> Unfinished {
        self.line.unfinished
    }

    /// All that its instants follow from. If this changes, it is another schedule of the same name,
    /// and looks back no further than its own beginning.
    pub fn spec(&self) -> String {
        let Line {
            when,
            zone,
            gap,
            overlap,
            jitter,
            ..
        } = &self.line;
        let jitter = match jitter.as_secs() {
            0 => String::new(),
            seconds => format!(" | jitter {seconds}s"),
        };
        format!("{when} | {zone} | gap {gap} | overlap {overlap}{jitter}")
    }

    /// The instants in `(after, until]`, in order, `limit` at most.
    pub fn instants(&self, after: Timestamp, until: Timestamp, limit: usize) -> Vec<Timestamp> {
        let [after, until] = [after, until].map(|at| at.saturating_sub(self.delay).unwrap_or(at));
        let civil = self.instants.between(after, until, limit);
        let moved = civil
            .into_iter()
            .filter_map(|at| at.checked_add(self.delay).ok());
        moved.collect()
    }

    /// The first instant after this one; none if it takes more than five years.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let horizon = after
            .saturating_add((5 * 366 * 24).hours())
            .unwrap_or(Timestamp::MAX);
        self.instants(after, horizon, 1).pop()
    }

    /// What the tick at this instant runs.
    pub fn job(&self, at: Timestamp) -> Result<NewJob, QueueError> {
        (self.line.job)(at)
    }

    fn can_catch_up(&self) -> Result<(), String> {
        if self.line.window < ON_TIME {
            return Err(format!(
                "its window must be at least {}s",
                ON_TIME.as_secs()
            ));
        }
        if self.line.jitter > MOST_JITTER {
            return Err("its jitter must be at most a day".to_owned());
        }
        match self.line.policy {
            Policy::All { max } if !(1..=MOST_CAUGHT_UP).contains(&max) => Err(format!(
                "`all` catches up 1 to {MOST_CAUGHT_UP} ticks, not {max}"
            )),
            _ => Ok(()),
        }
    }

    /// Tries the first tick from a leap year's beginning on. Cron repeats itself, so that the answer
    /// does not depend on when one asks.
    fn makes_its_job(&self) -> Result<(), String> {
        let start = date(2024, 1, 1)
            .at(0, 0, 0, 0)
            .to_zoned(TimeZone::UTC)
            .map(|day| day.timestamp());
        let first = start.ok().and_then(|start| self.next(start));
        let first = first.ok_or(format!(
            "{:?} does not match once in five years",
            self.line.when
        ))?;
        let job = self.job(first).and_then(|job| job.check().map(|()| job));
        match job.map_err(|error| error.to_string())?.queue() {
            SWEEP => Ok(()),
            other => Err(format!(
                "its job waits in {other:?}; the timetable fires into {SWEEP:?} only"
            )),
        }
    }
}

/// Whole seconds, the same on every replica and after every deploy.
fn part_of(jitter: Duration, id: &str) -> Duration {
    let drawn = JobId::derived_from(id).as_uuid().as_u128() % u128::from(jitter.as_secs() + 1);
    Duration::from_secs(u64::try_from(drawn).unwrap_or_default())
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name)
        .map_err(|_| format!("{name:?} is no time zone; write one like Europe/Berlin"))
}

/// A line as a page of lines shows it; the snapshot that guards the timetable's version is made of it.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line {
            id, policy, window, ..
        } = &self.line;
        let (spec, window) = (self.spec(), window.as_secs());
        write!(f, "{id}: {spec} | {policy} within {window}s")?;
        match self.unfinished() {
            Unfinished::Allow => Ok(()),
            other => write!(f, " | unfinished {other}"),
        }
    }
}
