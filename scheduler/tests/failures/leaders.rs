//! Leaders that are killed, stopped, stalled, wrong about the time, or asked to go.

use std::time::Duration;

use jiff::SignedDuration;
use platform::{Clock, Pace, Queue, SWEEP};

use crate::{
    example::Example,
    given::{SECOND, as_written, comes, decided, fired_once, named, only_tick, table},
    house::{House, brisk, in_seconds, line, slow, timetable},
    stall::Stall,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_killed_right_before_a_tick_has_it_fired_once_by_the_next() {
    let (house, instant) = (House::new().await, in_seconds(2));
    let first = house.start("first", brisk(), table(instant));
    house.led_by("the first leads", named("first")).await;
    let second = house.start("second", brisk(), table(instant));
    comes(instant - SignedDuration::from_millis(100)).await;
    first.kill();
    decided(&house, instant).await;
    second.stops().await;
    // 17 s at a twentieth, and what a busy machine takes.
    fired_once(&house, 0.0..10.0).await;
    let tick = only_tick(&house).await;
    assert!(tick.term > Some(1), "{tick:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_stopped_over_a_tick_and_continued_after_it_fires_nothing_of_its_own() {
    let (house, instant) = (House::new().await, in_seconds(3));
    let replica = Example {
        house: &house,
        lines: as_written(instant),
        pace: 20,
    };
    let first = replica.start("first", 1);
    house.led_by("the first leads", named("first")).await;
    let second = replica.start("second", 1);
    comes(instant - SECOND).await;
    first.pause();
    decided(&house, instant).await;
    house.led_by("the second leads", named("second")).await;
    first.resume();
    first.wait_for_log("No longer leading").await;
    fired_once(&house, 0.0..10.0).await;
    drop(second);
}

/// Leads for six seconds on what it saw at their beginning.
fn once() -> Pace {
    Pace {
        leader_ttl: Duration::from_secs(6),
        leader_renew: Duration::from_mins(1),
        trust_margin: Duration::from_millis(100),
        ..brisk()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fire_that_was_stalled_past_its_lease_is_refused_whatever_was_decided_since() {
    let mut house = House::new().await;
    let (direct, instant) = (house.redis.clone(), in_seconds(2));
    let stall = Stall::before(&direct, "daily@").await;
    house.redis = stall.url();
    let first = house.start("first", once(), table(instant));
    stall.stalled().await;
    // Nobody else has fired it, so that nothing but the fence refuses what comes too late.
    let tick = [only_tick(&house).await.id];
    let withdrawn = house.store.withdraw_ticks(&tick, "called off").await;
    assert_eq!(withdrawn.unwrap(), 1);
    house.redis = direct;
    let second = house.start("second", brisk(), table(instant));
    house.led_by("the second leads", named("second")).await;
    stall.release();
    first.stops().await;
    second.stops().await;
    assert_eq!(
        only_tick(&house).await.reason.as_deref(),
        Some("called off")
    );
    let queue = Queue::connect(&house.redis, &house.prefix).unwrap();
    assert_eq!(queue.depth(SWEEP).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheduler_whose_clock_is_ahead_neither_leads_nor_fires_early() {
    let (house, instant) = (House::new().await, in_seconds(3));
    let wrong = Clock::wrong_by(SignedDuration::from_secs(90));
    let ahead = house.start_by(wrong, "ahead", brisk(), table(instant));
    let right = house.start("right", brisk(), table(instant));
    house.led_by("the right one leads", named("right")).await;
    comes(instant - SignedDuration::from_millis(200)).await;
    assert_eq!(house.ticks("daily").await, []);
    decided(&house, instant).await;
    right.stops().await;
    fired_once(&house, 0.0..10.0).await;
    let led = house.leader().await;
    assert_eq!(led, None, "the one whose clock is wrong does not ask");
    ahead.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_asked_to_step_down_leaves_the_lease_to_another_at_once() {
    let house = House::new().await;
    let table = || timetable([line("daily", "0 14 * * *")]);
    let first = house.start("first", slow(), table());
    let led = house.led_by("the first leads", named("first")).await;
    let second = house.start("second", slow(), table());
    assert!(house.queue.ask_to_step_down(led.term).await.unwrap());
    house.led_by("the second leads", named("second")).await;
    first.stops().await;
    second.stops().await;
}
