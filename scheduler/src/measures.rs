//! What the leader loop measures.
//!
//! A label is the name of a schedule or one of a few words; never an id.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use crate::action::Why;

const IS_LEADER: &str = "honeydue_scheduler_is_leader";
const TERM: &str = "honeydue_scheduler_term";
const LEASE_AGE: &str = "honeydue_scheduler_lease_age_seconds";
const TAKEOVERS: &str = "honeydue_scheduler_takeovers_total";
const LAG: &str = "honeydue_scheduler_tick_lag_seconds";
const TICKS: &str = "honeydue_scheduler_ticks_total";
const LAST_FIRED: &str = "honeydue_scheduler_last_fired_timestamp_seconds";
const SKEW: &str = "honeydue_clock_skew_seconds";

pub(crate) fn describe() {
    describe_gauge!(IS_LEADER, "1 while this replica fires the timetable.");
    describe_gauge!(TERM, "The number of its leadership; 0 while it follows.");
    describe_gauge!(
        LEASE_AGE,
        "How long ago the leader lease was last renewed; 0 while it follows."
    );
    describe_counter!(TAKEOVERS, "How often this replica began to lead.");
    describe_histogram!(LAG, "How long after its instant a tick was fired.");
    describe_counter!(TICKS, "Ticks decided, by schedule and outcome.");
    describe_gauge!(LAST_FIRED, "When a tick that was due was last fired.");
    describe_gauge!(
        SKEW,
        "How far this machine's clock is ahead of Redis's, for certain."
    );
    counter!(TAKEOVERS).absolute(0);
    leads(None);
    lease_age(Duration::ZERO);
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, a term far from 2^53"
)]
pub(crate) fn leads(term: Option<i64>) {
    gauge!(IS_LEADER).set(f64::from(u8::from(term.is_some())));
    gauge!(TERM).set(term.unwrap_or_default() as f64);
    if term.is_some() {
        counter!(TAKEOVERS).increment(1);
    }
}

pub(crate) fn lease_age(age: Duration) {
    gauge!(LEASE_AGE).set(age.as_secs_f64());
}

pub(crate) fn skew(ahead: SignedDuration) {
    gauge!(SKEW).set(ahead.as_secs_f64());
}

/// `late` is known of ticks that were due; what was asked for neither lags nor counts as the last.
pub(crate) fn fired(schedule: &str, instant: Timestamp, late: Option<Duration>) {
    decided(schedule, "fired", 1);
    let Some(late) = late else { return };
    let schedule = schedule.to_owned();
    let at = instant.as_duration().as_secs_f64() + late.as_secs_f64();
    gauge!(LAST_FIRED, "schedule" => schedule.clone()).set(at);
    histogram!(LAG, "schedule" => schedule).record(late.as_secs_f64());
}

pub(crate) fn skipped(schedule: &str, why: &Why, count: usize) {
    decided(schedule, why.label(), count);
}

fn decided(schedule: &str, outcome: &'static str, count: usize) {
    let schedule = schedule.to_owned();
    counter!(TICKS, "schedule" => schedule, "outcome" => outcome).increment(count as u64);
}
