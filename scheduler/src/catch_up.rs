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
/// Of those in the window, this many are looked at in one go.
const MOST_DUE: usize = 2_000;
/// The most that any policy fires of the late ones.
const MOST_FIRED: usize = 500;

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
    // One that waits has its row, and so has all that is older.
    let from = ticks
        .waiting(schedule.id())
        .map_or(watermark, |waiting| waiting.max(watermark));
    schedule.instants(from, now, 1).first()?;
    long_gone(schedule, from, now).or_else(|| in_window(schedule, ticks, from, now))
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

fn in_window(
    schedule: &Schedule,
    ticks: &Ticks,
    from: Timestamp,
    now: Timestamp,
) -> Option<Action> {
    let due = schedule.instants(from, now, MOST_DUE);
    let fates = fates(schedule, ticks, &due, now);
    let (first, id) = (fates.first()?, schedule.id());
    let Fate::Skip(why) = first else {
        let tick = TickId::due(id, *due.first()?);
        return Some(Action::Record { tick });
    };
    let alike = fates.iter().take_while(|fate| *fate == first).count();
    Some(Action::Skip {
        schedule: id.into(),
        instants: due[..alike].to_vec(),
        why: why.clone(),
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Fire,
    Skip(Why),
}

/// What becomes of each of these. Of a page that is full, only what newer ones outweigh whatever comes
/// after it.
fn fates(schedule: &Schedule, ticks: &Ticks, due: &[Timestamp], now: Timestamp) -> Vec<Fate> {
    let full = due.len() == MOST_DUE;
    let due = &due[..if full {
        MOST_DUE - MOST_FIRED
    } else {
        due.len()
    }];
    let on_time = |instant: Timestamp| instant >= ago(ON_TIME, now);
    let paused = |instant: Timestamp| ticks.paused(schedule.id(), instant);
    let one_waits = ticks.waiting(schedule.id()).is_some();
    let any_on_time = due.iter().any(|at| on_time(*at) && paused(*at).is_none());
    let most = late_ones_to_fire(schedule.policy(), any_on_time);
    let mut kept = if full { 0 } else { most };
    let newest_first = due.iter().rev().map(|instant| {
        if let Some(why) = paused(*instant) {
            Fate::Skip(why)
        } else if one_waits {
            Fate::Skip(Why::OneWaits)
        } else if on_time(*instant) {
            Fate::Fire
        } else if kept > 0 {
            kept -= 1;
            Fate::Fire
        } else {
            Fate::Skip(too_many(schedule.policy()))
        }
    });
    let mut fates: Vec<_> = newest_first.collect();
    fates.reverse();
    fates
}

fn too_many(policy: Policy) -> Why {
    if policy == Policy::Skip {
        Why::Late
    } else {
        Why::Superseded
    }
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
