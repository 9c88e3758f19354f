use std::future::{pending, ready};
use std::time::Duration;

use tokio::time::{Instant, advance};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_loop_that_went_silent_is_named() {
    let health = Health::new();
    let fetcher = health.beat("fetcher", 10 * SECOND);
    let _keeper = health.beat("keeper", 10 * SECOND);
    advance(8 * SECOND).await;
    fetcher.tick();
    advance(8 * SECOND).await;
    let report = health.lives();
    assert!(!report.well);
    assert_eq!(report.lines, ["fetcher ok", "keeper silent for 16 s"]);
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_beats_again_lives_again() {
    let health = Health::new();
    let beat = health.beat("fetcher", SECOND);
    advance(5 * SECOND).await;
    assert!(!health.lives().well);
    beat.tick();
    assert!(health.lives().well);
}

#[tokio::test(start_paused = true)]
async fn a_loop_that_died_is_missed_and_one_that_is_done_is_not() {
    let health = Health::new();
    drop(health.beat("died", SECOND));
    health.beat("done", SECOND).done();
    advance(5 * SECOND).await;
    assert_eq!(health.lives().lines, ["died silent for 5 s"]);
}

#[tokio::test]
async fn with_nothing_to_look_at_the_answer_is_ok() {
    assert_eq!(
        Health::new().lives(),
        Report {
            well: true,
            lines: vec!["ok".into()]
        }
    );
}

#[tokio::test]
async fn readiness_names_what_fails_in_the_order_of_registration() {
    let health = Health::new();
    health.ready_when("redis", || ready(Err("unreachable")));
    health.ready_when("postgres", || ready(Ok(())));
    let report = health.ready().await;
    assert_eq!(
        report,
        Report {
            well: false,
            lines: vec!["redis unreachable".into(), "postgres ok".into()]
        }
    );
}

#[tokio::test]
async fn a_process_that_drains_is_not_ready_though_its_checks_are_well() {
    let health = Health::new();
    health.ready_when("redis", || ready(Ok(())));
    health.drain();
    let report = health.ready().await;
    assert_eq!(
        report,
        Report {
            well: false,
            lines: vec!["draining".into(), "redis ok".into()]
        }
    );
}

#[tokio::test(start_paused = true)]
async fn checks_that_hang_take_two_seconds_together() {
    let health = Health::new();
    health.ready_when("redis", pending);
    health.ready_when("postgres", pending);
    let asked = Instant::now();
    let report = health.ready().await;
    assert_eq!(asked.elapsed().as_secs(), 2);
    assert_eq!(
        report.lines,
        ["redis silent for 2 s", "postgres silent for 2 s"]
    );
}
