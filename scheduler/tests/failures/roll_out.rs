//! Timetables that are rolled out and back.

use std::time::Duration;

use jiff::SignedDuration;
use platform::timetable::{TickId, Timetable};
use standins::until;

use crate::{
    example::Example,
    given::{SECOND, comes, decided, fired_once, named},
    house::{House, brisk, daily_at, in_seconds},
    stall::Stall,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_roll_out_at_the_very_instant_of_a_tick_fires_it_once() {
    let (house, instant) = (House::new().await, in_seconds(3));
    let version = |version| Timetable::new(version, [daily_at(instant)]).unwrap();
    let old = ["old-0", "old-1"].map(|name| house.start(name, brisk(), version(1)));
    house
        .led_by("an old one leads", |leader| leader.version == 1)
        .await;
    comes(instant - SECOND).await;
    let new = ["new-0", "new-1"].map(|name| house.start(name, brisk(), version(2)));
    comes(instant).await;
    for replica in old {
        replica.stops().await;
    }
    decided(&house, instant).await;
    house
        .led_by("a new one leads", |leader| leader.version == 2)
        .await;
    for replica in new {
        replica.stops().await;
    }
    fired_once(&house, 0.0..10.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_was_stalled_over_a_roll_out_does_not_bring_the_old_line_back() {
    let (mut house, instant) = (House::new().await, in_seconds(-120));
    let (hour, direct) = (SignedDuration::from_hours(1), house.postgres.clone());
    let old = Timetable::new(1, [daily_at(instant)]).unwrap();
    let new = Timetable::new(2, [daily_at(instant - hour)]).unwrap();
    let changed = new.schedules()[0].spec();
    house.led_until(&old, instant - SECOND).await;
    // Its row stands, so that it has only to be stepped past; and that is what is held back.
    let id = TickId::due("daily", instant).to_string();
    let recorded = house.store.record_pending(&id, "daily", instant, None);
    assert!(recorded.await.unwrap() && house.store.finished(&id).await.unwrap());
    let stall = Stall::before(&direct, "SET instant = greatest(instant, $2)").await;
    house.postgres = stall.url();
    let older = house.start("older", brisk(), old);
    stall.stalled().await;
    house.postgres = direct;
    let newer = house.start("newer", brisk(), new);
    let says = async || house.store.watermarks().await.unwrap()[0].spec.clone();
    until("the new line has begun", async || says().await == changed).await;
    stall.release();
    older.stops().await;
    newer.stops().await;
    assert_eq!(says().await, changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timetable_that_was_rolled_back_leads_within_77_seconds_and_warns() {
    let house = House::new().await;
    let replica = Example {
        house: &house,
        lines: "daily=0 14 * * *".to_owned(),
        pace: 20,
    };
    let newer = replica.start("newer", 2);
    house.led_by("the newer leads", named("newer")).await;
    let older = replica.start("older", 1);
    older.wait_for_log("\"listening\"").await;
    let killed = tokio::time::Instant::now();
    newer.kill9();
    house.led_by("the older leads", named("older")).await;
    older.wait_for_log("Leading by an older timetable").await;
    // 77 s at a twentieth, and what a busy machine takes.
    assert!(killed.elapsed() < Duration::from_secs(20));
}
