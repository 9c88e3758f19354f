//! What becomes of the ticks that came due and have no row yet: a schedule's policy, applied to all
//! that lies between its watermark and now.
//!
//! Older ones get their rows first. The watermark then never passes a tick without one, whatever
//! dies in between.

use std::time::Duration;

use jiff::Timestamp;
use platform::timetable::{ON_TIME, Policy, Schedule, TickId};

use crate::{
    action::{Action, Why},
    ticks::Ticks,
};

/// Of the long gone, this many share a row: a week of minutes.
const MOST_GONE: usize = 10_000;
/// Of those in the window, this many are looked at in one go; more than any policy fires.
const MOST_DUE: usize = 2_000;

/// The next step for this schedule, if there is one now. `now` is Redis's.
pub(crate) fn catch_up(schedule: &Schedule, ticks: &Ticks, now: Timestamp) -> Option<Action> {
    let Some(watermark) = ticks.watermark(schedule) else {
        let (schedule, spec) = (schedule.id().into(), schedule.spec());
        return Some(Action::Begin {
            schedule,
            at: now,
            spec,
        });
    };
    long_gone(schedule, watermark, now).or_else(|| in_window(schedule, watermark, now))
}

fn long_gone(schedule: &Schedule, watermark: Timestamp, now: Timestamp) -> Option<Action> {
    let window_begins = ago(schedule.window(), now);
    let gone = schedule.instants(watermark, just_before(window_begins), MOST_GONE);
    Some(Action::SkipShared {
        schedule: schedule.id().into(),
        from: *gone.first()?,
        to: *gone.last()?,
        count: gone.len(),
    })
}

fn in_window(schedule: &Schedule, from: Timestamp, now: Timestamp) -> Option<Action> {
    let mut due = schedule.instants(from, now, MOST_DUE);
    let on_time_from = due.partition_point(|instant| *instant < ago(ON_TIME, now));
    let kept = on_time_from.min(late_ones_to_fire(
        schedule.policy(),
        on_time_from < due.len(),
    ));
    let mut to_fire = due.split_off(on_time_from - kept);
    if !due.is_empty() {
        return Some(Action::Skip {
            schedule: schedule.id().into(),
            instants: due,
            why: if schedule.policy() == Policy::Skip {
                Why::Late
            } else {
                Why::Superseded
            },
        });
    }
    to_fire.truncate(1);
    Some(Action::Record {
        tick: TickId::due(schedule.id(), to_fire.pop()?),
    })
}

/// How many of the late ticks are fired, the newest; those on time always are.
fn late_ones_to_fire(policy: Policy, any_on_time: bool) -> usize {
    match policy {
        Policy::Skip => 0,
        Policy::Latest => usize::from(!any_on_time),
        Policy::All { max } => max.into(),
    }
}

fn ago(age: Duration, now: Timestamp) -> Timestamp {
    now.saturating_sub(age).unwrap_or(Timestamp::MIN)
}

fn just_before(instant: Timestamp) -> Timestamp {
    ago(Duration::from_nanos(1), instant)
}
