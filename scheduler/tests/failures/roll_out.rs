//! Timetables that are rolled out and back.

use std::time::Duration;

use platform::timetable::Timetable;

use crate::{
    example::Example,
    given::{SECOND, comes, decided, fired_once, named},
    house::{House, brisk, daily_at, in_seconds},
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
