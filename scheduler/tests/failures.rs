//! The failure table: what goes wrong around a tick, and that the tick takes effect once all the same.

#[path = "house/example.rs"]
mod example;
mod house;
#[path = "house/stall.rs"]
mod stall;
#[path = "house/worker.rs"]
mod worker;

use std::time::Duration;

use example::Example;
use house::{House, brisk, daily_at, in_seconds, line, now, slow, timetable};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use platform::{Clock, Pace, Queue, SWEEP, leader::Leader, timetable::Timetable};
use stall::Stall;
use standins::{Postgres, Redis, Sentinels, until};
use store::{Tick, TickState};
use worker::Worker;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn named(name: &str) -> impl Fn(&Leader) -> bool {
    move |leader| leader.owner.starts_with(&format!("{name}/"))
}

fn table(instant: Timestamp) -> Timetable {
    timetable([daily_at(instant)])
}

/// Waits for a moment by this machine's clock, which is Redis's too.
async fn comes(instant: Timestamp) {
    until("its time has come", async || now() >= instant).await;
}

async fn decided(house: &House, instant: Timestamp) {
    until("the tick is decided", async || {
        house.watermark("daily").await == Some(instant)
    })
    .await;
}

/// The one row of the daily line.
async fn only_tick(house: &House) -> Tick {
    let ticks = house.ticks("daily").await;
    let [tick] = <[Tick; 1]>::try_from(ticks).expect("one row");
    tick
}

/// Fired once, and so late (in seconds).
async fn fired_once(house: &House, late: std::ops::Range<f64>) {
    let tick = only_tick(house).await;
    assert_eq!(tick.state, TickState::Fired, "{tick:?}");
    assert!(tick.late_s.is_some_and(|by| late.contains(&by)), "{tick:?}");
    assert_eq!(house.ready(SWEEP).await.len(), 1);
}

/// As an operator writes a line that is due at this second of every day.
fn as_written(instant: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(instant);
    format!("daily={} {} {} * * *", at.second(), at.minute(), at.hour())
}

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
    until("the line has begun", async || {
        house.watermark("daily").await.is_some()
    })
    .await;
    // What the first has not seen, the second goes by.
    let later = in_seconds(3600);
    let paused = house.store.pause("daily", later, "moving house", "ada");
    paused.await.unwrap();
    stall.stalled().await;
    house.redis = direct;
    let second = house.start("second", brisk(), table(instant));
    decided(&house, instant).await;
    stall.release();
    second.stops().await;
    first.stops().await;
    let tick = only_tick(&house).await;
    assert_eq!(tick.reason.as_deref(), Some("paused: moving house"));
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

/// Until a second tick has run as well: whatever the first could still cause has happened by then.
async fn runs_another(house: &House, worker: &Worker, which: &str) {
    let id = format!("daily@{}#ask", in_seconds(3600));
    let (_, instant) = id.trim_end_matches("#ask").split_once('@').expect("a tick");
    let instant = instant.parse().expect("an instant");
    let asked = house
        .store
        .record_pending(&id, "daily", instant, Some(which));
    assert!(asked.await.expect("Postgres answers"));
    let origin = format!("tick:{id}");
    until("what was asked for has run", async || {
        worker.ran().contains(&origin)
    })
    .await;
}

fn times(worker: &Worker, instant: Timestamp) -> usize {
    let origin = format!("tick:daily@{instant}");
    worker.ran().iter().filter(|ran| **ran == origin).count()
}

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
    redis.forget_since_copy().await.unwrap();
    runs_another(&house, &worker, "after the loss").await;
    scheduler.stops().await;
    assert_eq!(times(&worker, instant), 1);
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
    redis.flush().unwrap();
    runs_another(&house, &worker, "after the wipe").await;
    scheduler.stops().await;
    assert_eq!(times(&worker, instant), 1);
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
    assert_eq!(only_due(&house).await, 1);
}

/// Rows of ticks that were due.
async fn only_due(house: &House) -> usize {
    let ticks = house.ticks("daily").await;
    ticks.iter().filter(|tick| tick.asked_by.is_none()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgres_nothing_is_fired_until_it_is_back_and_it_says_so() {
    let (redis, mut postgres) = (
        Redis::start(&[]).await.unwrap(),
        Postgres::start().await.unwrap(),
    );
    let (house, instant) = (House::alone(&redis, &postgres).await, in_seconds(4));
    let replica = Example {
        house: &house,
        lines: as_written(instant),
        pace: 20,
    };
    let only = replica.start("only", 1);
    until("the line has begun", async || {
        house.watermark("daily").await.is_some()
    })
    .await;
    postgres.kill();
    comes(instant + SECOND).await;
    only.wait_for_log("No answer; trying on\",\"place\":\"Postgres\"")
        .await;
    assert_eq!(house.ready(SWEEP).await.len(), 0, "it fails closed");
    postgres.restart().await.unwrap();
    decided(&house, instant).await;
    fired_once(&house, 1.0..60.0).await;
    assert!(only.logs().contains("Answers again"), "{}", only.logs());
}

#[tokio::test(flavor = "multi_thread")]
async fn when_both_were_away_over_a_tick_it_is_fired_once() {
    let (mut redis, mut postgres) = (
        Redis::start(&[]).await.unwrap(),
        Postgres::start().await.unwrap(),
    );
    let (house, instant) = (House::alone(&redis, &postgres).await, in_seconds(4));
    let scheduler = house.start("only", brisk(), table(instant));
    until("the line has begun", async || {
        house.watermark("daily").await.is_some()
    })
    .await;
    postgres.kill();
    redis.kill();
    comes(instant + SECOND).await;
    redis.restart().await.unwrap();
    postgres.restart().await.unwrap();
    decided(&house, instant).await;
    scheduler.stops().await;
    fired_once(&house, 1.0..60.0).await;
}

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
