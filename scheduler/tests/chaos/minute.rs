//! A leader that stands still for a minute at the worst moment: it has decided to fire, and its fire has
//! not reached Redis.
//!
//! All that the lease hangs on is divided by the pace, so at a twentieth three seconds are to it what a
//! minute is to the shipped one; `make chaos` takes the minute.

use std::time::Duration;

use jiff::tz::TimeZone;
use platform::SWEEP;
use standins::{out::aside, until};
use store::TickState;

use crate::{
    example::Example,
    house::{House, in_seconds},
    passes,
    stall::Stall,
};

const MINUTE: Duration = Duration::from_mins(1);

/// Panics if its tick was fired by it, or not once.
pub(crate) async fn paused_right_before_it_fires(pace: u32) {
    let mut house = House::new().await;
    let (direct, instant) = (house.redis.clone(), in_seconds(3));
    let at = TimeZone::UTC.to_datetime(instant);
    let line = format!("daily={} {} {} * * *", at.second(), at.minute(), at.hour());
    let stall = Stall::before(&direct, "daily@").await;
    house.redis = stall.url();
    let paused = start(&house, "paused", &line, pace);
    stall.stalled().await;
    let (long, term) = (
        MINUTE / pace,
        house.leader().await.map(|leader| leader.term),
    );
    paused.pause();
    house.redis = direct;
    let other = start(&house, "other", &line, pace);
    passes(long).await;
    paused.resume();
    stall.release();
    paused.wait_for_log("No longer leading").await;
    until("the tick is fired", async || {
        let ticks = house.ticks("daily").await;
        ticks.iter().any(|tick| tick.state == TickState::Fired)
    })
    .await;
    let ticks = house.ticks("daily").await;
    assert!(ticks.len() == 1 && ticks[0].term > term, "{ticks:?}");
    assert_eq!(house.ready(SWEEP).await.len(), 1);
    aside(&format!(
        "a leader paused for {long:?} before it fires: once"
    ));
    drop(other);
}

fn start(house: &House, name: &str, line: &str, pace: u32) -> standins::Process {
    let lines = line.to_owned();
    Example { house, lines, pace }.start(name, 1)
}
