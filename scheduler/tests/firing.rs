//! What becomes of ticks in Postgres and Redis.

mod house;

use std::time::{Duration, Instant};

use house::{House, ago, brisk, line, now, slow, timetable};
use jiff::{SignedDuration, Timestamp};
use platform::{
    NewJob, SWEEP,
    leader::{Candidate, Fired, Held},
    timetable::{TickId, Timetable, Unfinished},
};
use standins::{Redis, until};
use store::TickState;

/// One line that is due at this second of every day.
fn daily_at(instant: Timestamp) -> Timetable {
    timetable([house::daily_at(instant)])
}

/// The beginning of a minute that is about this long ago.
fn minute(seconds_ago: i64) -> Timestamp {
    let then = ago(seconds_ago).as_second();
    Timestamp::from_second(then - then.rem_euclid(60)).expect("an instant")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_ever_fires_nothing_from_the_past() {
    let house = House::new().await;
    let scheduler = house.start("only", brisk(), daily_at(minute(120)));
    until("the schedule has begun", async || {
        house.watermark("daily").await.is_some()
    })
    .await;
    let begun = house.watermark("daily").await;
    scheduler.stops().await;
    assert!(begun > Some(ago(60)));
    assert_eq!(house.ticks("daily").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_tick_is_caught_up_once_and_says_how_late_it_was() {
    let house = House::new().await;
    let instant = minute(180);
    house
        .led_until(&daily_at(instant), instant - SignedDuration::from_hours(1))
        .await;
    let scheduler = house.start("only", brisk(), daily_at(instant));
    until("it is fired", async || {
        house.watermark("daily").await == Some(instant)
    })
    .await;
    scheduler.stops().await;
    let ticks = house.ticks("daily").await;
    let [tick] = ticks.as_slice() else {
        panic!("{ticks:?}")
    };
    assert_eq!((tick.state, tick.instant), (TickState::Fired, instant));
    assert!(
        tick.late_s
            .is_some_and(|late| (120.0..300.0).contains(&late)),
        "{tick:?}"
    );
    let jobs = house.ready(SWEEP).await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].id, TickId::due("daily", instant).job());
    assert_eq!(jobs[0].payload["at"], instant.to_string());
    assert_eq!(jobs[0].origin, format!("tick:daily@{instant}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_outage_one_is_fired_the_window_is_superseded_and_the_rest_shares_a_row() {
    let house = House::new().await;
    let often = || timetable([line("often", "* * * * *")]);
    let since = minute(3600);
    house.led_until(&often(), since).await;
    let scheduler = house.start("only", brisk(), often());
    until("one is fired, and its row says so", async || {
        newest_fired(&house).await.is_some()
    })
    .await;
    scheduler.stops().await;
    let (ticks, newest) = (house.ticks("often").await, newest_fired(&house).await);
    let reasons = |reason: &str| {
        ticks
            .iter()
            .filter(|tick| tick.reason.as_deref() == Some(reason))
            .count()
    };
    assert_eq!(reasons("too late"), 1, "{ticks:?}");
    assert!((9..=11).contains(&reasons("superseded")), "{ticks:?}");
    assert_eq!(house.watermark("often").await, newest);
    let decided: i64 = ticks.iter().map(|tick| tick.count).sum();
    let due = newest.map(|newest| newest.duration_since(since).as_mins());
    assert_eq!(Some(decided), due, "every minute has its row: {ticks:?}");
}

async fn newest_fired(house: &House) -> Option<Timestamp> {
    let ticks = house.ticks("often").await.into_iter();
    let fired = ticks.filter(|tick| tick.state == TickState::Fired);
    fired.map(|tick| tick.instant).max()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_asks_for_is_fired_by_the_leader_also_ahead_of_its_time() {
    let house = House::new().await;
    let scheduler = house.start("only", slow(), daily_at(minute(7200)));
    until("the schedule has begun", async || {
        house.watermark("daily").await.is_some()
    })
    .await;
    let begun = house.watermark("daily").await;
    let asked = TickId::asked("daily", minute(-86_400));
    let (id, instant) = (asked.to_string(), asked.instant);
    assert!(
        house
            .store
            .record_pending(&id, "daily", instant, Some("ada"))
            .await
            .unwrap()
    );
    house.queue.nudge().await.unwrap();
    let asked_at = Instant::now();
    until("it is fired", async || {
        house
            .ticks("daily")
            .await
            .iter()
            .any(|tick| tick.state == TickState::Fired)
    })
    .await;
    assert!(
        asked_at.elapsed() < Duration::from_secs(30),
        "it looks by itself every other minute"
    );
    scheduler.stops().await;
    let jobs = house.ready(SWEEP).await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(
        (jobs[0].id, &jobs[0].payload["at"]),
        (asked.job(), &instant.to_string().into())
    );
    assert_eq!(
        house.watermark("daily").await,
        begun,
        "asking moves no watermark"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_a_dead_leader_left_pending_is_fired_once_by_the_next() {
    let house = House::new().await;
    let instant = minute(180);
    house
        .led_until(&daily_at(instant), instant - SignedDuration::from_hours(1))
        .await;
    let tick = TickId::due("daily", instant);
    house
        .store
        .record_pending(&tick.to_string(), "daily", instant, None)
        .await
        .unwrap();
    let scheduler = house.start("only", brisk(), daily_at(instant));
    until("it is fired", async || {
        house.watermark("daily").await == Some(instant)
    })
    .await;
    scheduler.stops().await;
    assert_eq!(house.ready(SWEEP).await.len(), 1);
    assert_eq!(house.ticks("daily").await[0].state, TickState::Fired);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_whose_job_was_quicker_than_the_leader_s_death_is_not_fired_again() {
    let house = House::new().await;
    let instant = minute(180);
    house
        .led_until(&daily_at(instant), instant - SignedDuration::from_hours(1))
        .await;
    let tick = TickId::due("daily", instant).to_string();
    house
        .store
        .record_pending(&tick, "daily", instant, None)
        .await
        .unwrap();
    house.store.finished(&tick).await.unwrap();
    let scheduler = house.start("only", brisk(), daily_at(instant));
    until("it is stepped past", async || {
        house.watermark("daily").await == Some(instant)
    })
    .await;
    scheduler.stops().await;
    assert_eq!(house.ready(SWEEP).await.len(), 0);
    assert_eq!(house.ticks("daily").await[0].state, TickState::Finished);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_outlives_its_redis_and_fires_on() {
    let mut redis = Redis::start(&["--appendonly", "yes"]).await.unwrap();
    let house = House::with(&redis).await;
    let scheduler = house.start(
        "only",
        brisk(),
        timetable([line("each-second", "* * * * * *")]),
    );
    until("a tick is fired", async || {
        !house.ticks("each-second").await.is_empty()
    })
    .await;
    redis.kill();
    redis.restart().await.unwrap();
    let back = now();
    until("it fires again", async || {
        let ticks = house.ticks("each-second").await;
        ticks
            .iter()
            .any(|tick| tick.state == TickState::Fired && tick.instant > back)
    })
    .await;
    scheduler.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stalled_leader_fires_in_an_old_term_is_refused() {
    let house = House::new().await;
    let candidate = |owner: &str, term| Candidate {
        owner: owner.to_owned(),
        term,
        version: 1,
    };
    let (stalled, leads) = (candidate("stalled", 1), candidate("leads", 2));
    let (brief, long) = (Duration::from_millis(20), Duration::from_mins(1));
    let (tick, job) = (
        "daily@2026-11-21T14:00:00Z",
        NewJob::raw("probe", SWEEP, b"{}".to_vec()),
    );
    assert_eq!(house.queue.hold(&stalled, brief).await.unwrap(), Held::Ours);
    until("its lease has run out", async || {
        house.queue.hold(&leads, long).await.unwrap() == Held::Ours
    })
    .await;
    let fire = async |who| house.queue.fire(who, tick, &job, long, &[]).await.unwrap();
    assert_eq!(fire(&stalled).await, Fired::NotLeader);
    assert_eq!(house.ready(SWEEP).await.len(), 0);
    assert_eq!(fire(&leads).await, Fired::Queued);
    assert_eq!(fire(&leads).await, Fired::Remembered);
    assert_eq!(fire(&stalled).await, Fired::NotLeader);
    assert_eq!(house.ready(SWEEP).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_skips_is_not_fired_while_its_previous_run_is_open_in_postgres() {
    let house = House::new().await;
    let instant = minute(180);
    let skips = || timetable([house::daily_at(instant).unfinished(Unfinished::Skip)]);
    house
        .led_until(&skips(), instant - SignedDuration::from_hours(1))
        .await;
    let before = TickId::due("daily", instant - SignedDuration::from_hours(24));
    let (id, job) = (before.to_string(), before.job().as_uuid());
    let recorded = house
        .store
        .record_pending(&id, "daily", before.instant, None);
    assert!(recorded.await.unwrap());
    assert!(house.store.fired(&id, 1, job, None).await.unwrap());
    let scheduler = house.start("only", brisk(), skips());
    until("it is decided", async || {
        house.watermark("daily").await == Some(instant)
    })
    .await;
    scheduler.stops().await;
    let tick = &house.ticks("daily").await[0];
    assert_eq!(
        tick.reason.as_deref(),
        Some("the previous run has not finished")
    );
    assert!(house.ready(SWEEP).await.is_empty());
}
