//! Everything was stopped, and is started again.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use platform::{Pace, SWEEP};
use store::{Tick, TickState};

use crate::{
    given::{decided, fired_once},
    house::{House, daily_at, in_seconds, timetable},
};

/// What a daily line with the shipped window becomes of an outage of this length that ended just now.
async fn after_an_outage(days: i64, minutes: i64) -> (House, Timestamp) {
    let house = House::new().await;
    let instant = in_seconds(-60 * minutes - 2);
    let line = daily_at(instant).window(Duration::from_hours(6));
    let daily = timetable([line]);
    let stopped = instant - SignedDuration::from_mins(10) - SignedDuration::from_hours(24 * days);
    house.led_until(&daily, stopped).await;
    let scheduler = house.start("only", Pace::STANDARD, daily);
    decided(&house, instant).await;
    scheduler.stops().await;
    (house, instant)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_line_stopped_from_ten_before_to_forty_past_runs_once_forty_minutes_late() {
    let (house, _) = after_an_outage(0, 40).await;
    fired_once(&house, 2400.0..2520.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daily_line_stopped_for_three_days_runs_once_and_the_rest_shares_a_row() {
    let (house, instant) = after_an_outage(3, 40).await;
    let ticks = house.ticks("daily").await;
    let [fired, shared] = <[Tick; 2]>::try_from(ticks).expect("two rows");
    assert_eq!((fired.state, fired.instant), (TickState::Fired, instant));
    let day = SignedDuration::from_hours(24);
    assert_eq!(
        (
            shared.state,
            shared.count,
            shared.instant,
            shared.until_instant
        ),
        (
            TickState::Skipped,
            3,
            instant - day * 3,
            Some(instant - day)
        )
    );
    assert_eq!(house.ready(SWEEP).await.len(), 1);
}
