//! What becomes of a tick whose row is `pending`: begun by us, by a leader that died, or asked for by
//! an operator.

use std::time::Duration;

use jiff::Timestamp;
use platform::timetable::{ON_TIME, Policy, Schedule, Unfinished};

use crate::{
    action::{Action, Why},
    ticks::{Row, Ticks, Told},
};

/// How long a row may wait for a leader that knows its schedule. A roll-out takes minutes.
pub(crate) const UNKNOWN_SCHEDULE: Duration = Duration::from_hours(24);

enum Verdict {
    Fire,
    /// Not to be fired; but it may have been, and then the row shall say so.
    Ask(Why),
    Leave,
}

/// The next step for this row, if there is one now. `now` is Redis's.
pub(crate) fn treat(
    row: &Row,
    schedule: Option<&Schedule>,
    ticks: &Ticks,
    term: i64,
    now: Timestamp,
) -> Option<Action> {
    let tick = row.tick.clone();
    match row.told.clone() {
        Some(Told::Fired(at)) => {
            let late = (!tick.asked).then(|| age(tick.instant, at));
            Some(Action::MarkFired { tick, term, late })
        }
        Some(Told::Skip(why)) => Some(Action::MarkSkipped { tick, why }),
        Some(Told::Unfinished) => unfinished(schedule).map(|why| Action::MarkSkipped { tick, why }),
        None => match verdict(row, schedule, ticks, now) {
            Verdict::Fire => Some(fire(row, schedule, term)),
            Verdict::Ask(why) => Some(Action::AskFired { tick, term, why }),
            Verdict::Leave => None,
        },
    }
}

/// What an operator asks for does not mind what else runs.
fn fire(row: &Row, schedule: Option<&Schedule>, term: i64) -> Action {
    let tick = row.tick.clone();
    let minds = |schedule: &&Schedule| schedule.unfinished() != Unfinished::Allow && !tick.asked;
    match (schedule.filter(minds), row.behind.clone()) {
        (Some(schedule), None) => Action::ReadUnfinished {
            within: schedule.window(),
            tick,
        },
        (_, behind) => Action::Fire {
            tick,
            term,
            behind: behind.unwrap_or_default(),
        },
    }
}

/// One that may wait is asked about again after the next look.
fn unfinished(schedule: Option<&Schedule>) -> Option<Why> {
    let waits = schedule.is_some_and(|schedule| schedule.unfinished() == Unfinished::QueueOne);
    (!waits).then_some(Why::Unfinished)
}

fn verdict(row: &Row, schedule: Option<&Schedule>, ticks: &Ticks, now: Timestamp) -> Verdict {
    let (tick, paused) = (
        &row.tick,
        ticks.paused(&row.tick.schedule, row.tick.instant),
    );
    match schedule {
        Some(schedule) if tick.asked => asked(age(row.since, now), schedule),
        Some(_) if tick.instant > now => Verdict::Leave,
        Some(schedule) => match paused {
            Some(why) => Verdict::Ask(why),
            None => due(age(tick.instant, now), schedule),
        },
        None if age(row.since, now) > UNKNOWN_SCHEDULE => Verdict::Ask(Why::NotInTimetable),
        None => Verdict::Leave,
    }
}

/// An operator may ask for any instant, also one that lies ahead; what counts is how long ago it was
/// asked.
fn asked(age: Duration, schedule: &Schedule) -> Verdict {
    if age > schedule.window() {
        Verdict::Ask(Why::TooLate)
    } else {
        Verdict::Fire
    }
}

fn due(age: Duration, schedule: &Schedule) -> Verdict {
    match schedule.policy() {
        _ if age <= ON_TIME => Verdict::Fire,
        _ if age > schedule.window() => Verdict::Ask(Why::TooLate),
        Policy::Skip => Verdict::Ask(Why::Late),
        Policy::Latest | Policy::All { .. } => Verdict::Fire,
    }
}

fn age(then: Timestamp, now: Timestamp) -> Duration {
    now.duration_since(then).try_into().unwrap_or_default()
}
