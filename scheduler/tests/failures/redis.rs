//! A Redis that is wiped, restored, away, or failed over.

use standins::{Redis, Sentinels, until};
use store::TickState;

use crate::{
    given::{
        SECOND, calm, comes, decided, fired_once, only_tick, runs_another, table, times,
        times_brought,
    },
    house::{House, brisk, in_seconds},
    worker::Worker,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_lost_its_last_second_runs_no_tick_twice() {
    let mut redis = Redis::start(&["--appendonly", "yes"]).await.unwrap();
    let (house, instant) = (House::with(&redis).await, in_seconds(-120));
    house.led_until(&table(instant), instant - SECOND).await;
    redis.copy_disk().unwrap();
    let worker = Worker::start(&house.queue, &house.store);
    let scheduler = house.start("only", brisk(), table(instant));
    until("it has run", async || times(&worker, instant) == 1).await;
    until("it is finished", async || {
        only_tick(&house).await.state == TickState::Finished
    })
    .await;
    calm(&house).await;
    let before = times_brought(&worker, instant);
    redis.forget_since_copy().await.unwrap();
    runs_another(&house, &worker, "after the loss").await;
    calm(&house).await;
    scheduler.stops().await;
    assert_eq!(times(&worker, instant), 1);
    assert_eq!(times_brought(&worker, instant), before, "fired again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_a_restored_redis_does_not_know_is_carried_to_it_once() {
    let mut redis = Redis::start(&["--appendonly", "yes"]).await.unwrap();
    let (house, instant) = (House::with(&redis).await, in_seconds(-120));
    house.led_until(&table(instant), instant - SECOND).await;
    let scheduler = house.start("only", brisk(), table(instant));
    until("it leads", async || house.leader().await.is_some()).await;
    // A partition that was born before the loss shows its old mark after it: only the row tells.
    redis.copy_disk().unwrap();
    decided(&house, instant).await;
    redis.forget_since_copy().await.unwrap();
    let worker = Worker::start(&house.queue, &house.store);
    until("it has run", async || times(&worker, instant) > 0).await;
    runs_another(&house, &worker, "after the loss").await;
    scheduler.stops().await;
    assert_eq!(times(&worker, instant), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_redis_re_fires_nothing_that_was_finished_and_misses_nothing() {
    let redis = Redis::start(&[]).await.unwrap();
    let (house, instant) = (House::with(&redis).await, in_seconds(-120));
    house.led_until(&table(instant), instant - SECOND).await;
    let worker = Worker::start(&house.queue, &house.store);
    let scheduler = house.start("only", brisk(), table(instant));
    until("it is finished", async || {
        let ticks = house.ticks("daily").await;
        ticks.iter().any(|tick| tick.state == TickState::Finished)
    })
    .await;
    calm(&house).await;
    let before = times_brought(&worker, instant);
    redis.flush().unwrap();
    runs_another(&house, &worker, "after the wipe").await;
    calm(&house).await;
    scheduler.stops().await;
    assert_eq!(times(&worker, instant), 1);
    assert_eq!(times_brought(&worker, instant), before, "fired again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_was_away_over_a_tick_has_it_fired_once_when_it_is_back() {
    let mut redis = Redis::start(&[]).await.unwrap();
    let (house, instant) = (House::with(&redis).await, in_seconds(3));
    let scheduler = house.start("only", brisk(), table(instant));
    until("the line has begun", async || {
        house.watermark("daily").await.is_some()
    })
    .await;
    redis.kill();
    comes(instant + SECOND).await;
    redis.restart().await.unwrap();
    decided(&house, instant).await;
    scheduler.stops().await;
    fired_once(&house, 1.0..60.0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failover_over_a_tick_has_it_fired_once_by_what_postgres_remembers() {
    let mut redis = Sentinels::start().await.unwrap();
    let (house, instant) = (House::at(&redis.url()).await, in_seconds(3));
    let worker = Worker::start(&house.queue, &house.store);
    let scheduler = house.start("only", brisk(), table(instant));
    until("the line has begun", async || {
        house.watermark("daily").await.is_some()
    })
    .await;
    comes(instant).await;
    redis.kill_master();
    redis.until_failed_over().await;
    until("it is finished", async || {
        let ticks = house.ticks("daily").await;
        ticks.iter().any(|tick| tick.state == TickState::Finished)
    })
    .await;
    runs_another(&house, &worker, "after the failover").await;
    scheduler.stops().await;
    assert_eq!(times(&worker, instant), 1);
}
