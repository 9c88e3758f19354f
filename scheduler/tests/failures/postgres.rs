//! A Postgres that is away, alone or with Redis.

use platform::SWEEP;
use standins::{Postgres, Redis, until};

use crate::{
    example::Example,
    given::{SECOND, as_written, comes, decided, fired_once, table},
    house::{House, brisk, in_seconds},
};

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
