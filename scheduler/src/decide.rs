//! What a scheduler does next, given all that it has seen.
//!
//! It is a function: no clock, no connection, no chance. What it reads of the world is in [`Seen`],
//! what it wants of it is an [`Action`], and the answers come back by [`Seen::learn`]. So the very
//! code that leads in production can be led through any history in a test.

use jiff::Timestamp;

use crate::{
    action::{Action, Moment, Place},
    catch_up::catch_up,
    row,
    seen::{Reading, Seen},
    standing::{Leadership, Standing},
    ticks::Ticks,
};

pub fn decide(seen: &Seen) -> Action {
    match &seen.standing {
        Standing::Following { ask_at, term } => follow(seen, *ask_at, *term),
        Standing::Leading(leading) => lead(seen, leading),
    }
}

/// Asks at its time, by a clock that is right, with a term of its own.
fn follow(seen: &Seen, ask_at: Moment, term: Option<i64>) -> Action {
    if seen.stopping {
        return Action::Stop;
    }
    if seen.timetable.is_empty() {
        return Action::Wait {
            until: seen.now + seen.pace.follower_wait,
        };
    }
    if seen.now < ask_at {
        return Action::Wait { until: ask_at };
    }
    if seen.clock.is_none_or(|clock| clock.at < ask_at) {
        return Action::ReadClock;
    }
    match term {
        None => Action::TakeTerm,
        Some(term) => Action::Hold { term },
    }
}

/// Keeps the lease, and fires what is due while it is believed.
fn lead(seen: &Seen, leading: &Leadership) -> Action {
    if seen.stopping || leading.step_down || seen.unfit().is_some() {
        return Action::LetGo { term: leading.term };
    }
    if let Some(until) = held_up(seen, leading, Place::Redis) {
        return Action::Wait { until };
    }
    if leading.renew_at <= seen.now {
        return Action::Renew { term: leading.term };
    }
    let Some(clock) = seen.clock else {
        return Action::ReadClock;
    };
    if let Some(until) = held_up(seen, leading, Place::Postgres) {
        return Action::Wait { until };
    }
    let Some(ticks) = &seen.ticks else {
        return Action::Look;
    };
    next_step(seen, leading.term, ticks, clock.redis)
        .unwrap_or_else(|| rest(seen, leading, ticks, clock))
}

/// Until when nothing can be had from a place that did not answer.
fn held_up(seen: &Seen, leading: &Leadership, place: Place) -> Option<Moment> {
    let retry_at = seen.trouble(place)?.retry_at;
    (seen.now < retry_at).then(|| match place {
        Place::Redis => retry_at.min(leading.trusted_until),
        Place::Postgres => retry_at.min(leading.renew_at).min(leading.trusted_until),
    })
}

/// What was begun is ended first: it may move a watermark.
fn next_step(seen: &Seen, term: i64, ticks: &Ticks, now: Timestamp) -> Option<Action> {
    let begun = ticks.rows.iter().find_map(|row| {
        let schedule = seen.timetable.schedule(&row.tick.schedule);
        row::treat(row, schedule, ticks, term, now)
    });
    begun.or_else(|| {
        seen.timetable
            .schedules()
            .iter()
            .find_map(|schedule| catch_up(schedule, ticks, now))
    })
}

/// Until the next tick, by Redis's clock; what it is then is read, never reckoned.
fn rest(seen: &Seen, leading: &Leadership, ticks: &Ticks, clock: Reading) -> Action {
    let from = |schedule| {
        ticks
            .watermark(schedule)
            .map_or(clock.redis, |known| known.max(clock.redis))
    };
    let schedules = seen.timetable.schedules().iter();
    let next = schedules
        .filter_map(|schedule| schedule.next(from(schedule)))
        .min();
    let due = next.map(|next| clock.at + next.duration_since(clock.redis).unsigned_abs());
    if due.is_some_and(|due| due <= seen.now) {
        return Action::ReadClock;
    }
    let quiet = leading.renew_at.min(leading.trusted_until);
    Action::Wait {
        until: due.map_or(quiet, |due| due.min(quiet)),
    }
}

#[cfg(test)]
mod tests;
