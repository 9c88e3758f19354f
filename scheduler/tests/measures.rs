//! What a scheduler measures, as it is scraped.

#[path = "house/example.rs"]
mod example;
mod house;

use std::time::Duration;

use example::Example;
use house::{House, now};
use platform::NewJob;
use standins::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_tells_its_term_its_lease_its_clock_and_what_became_of_each_schedule() {
    let house = House::new().await;
    let each_second = Example {
        house: &house,
        lines: "each=* * * * * *".to_owned(),
        pace: 5,
    };
    let only = each_second.start("only", 1);
    let fired = "honeydue_scheduler_ticks_total{schedule=\"each\",outcome=\"fired\"}";
    let scraped = async || only.probe("/metrics").await.map(|(_, page)| page);
    until("a tick is counted", async || {
        scraped().await.is_ok_and(|page| page.contains(fired))
    })
    .await;
    let page = scraped().await.expect("it answers");
    for line in [
        "honeydue_scheduler_is_leader 1",
        "honeydue_scheduler_term 1",
        "honeydue_scheduler_takeovers_total 1",
        "honeydue_scheduler_lease_age_seconds ",
        "honeydue_scheduler_tick_lag_seconds_bucket{schedule=\"each\",",
        "honeydue_scheduler_last_fired_timestamp_seconds{schedule=\"each\"} ",
        "honeydue_clock_skew_seconds 0",
    ] {
        assert!(page.contains(line), "{line} is not in\n{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_replica_tells_how_each_queue_stands() {
    let house = House::new().await;
    let job = || NewJob::raw("probe", "default", b"{}".to_vec());
    let later = now() + Duration::from_hours(1);
    for job in [job(), job(), job().at(later)] {
        house.queue.enqueue(job).await.expect("it is accepted");
    }
    let paused = house.queue.pause("default", None, "a test", "us").await;
    paused.expect("Redis answers");
    let nothing_due = Example {
        house: &house,
        lines: "never=0 0 0 1 1 *".to_owned(),
        pace: 5,
    };
    let replicas = ["leads", "follows"].map(|name| nothing_due.start(name, 1));
    for replica in &replicas {
        let scraped = async || replica.probe("/metrics").await.map(|(_, page)| page);
        let stands = |page: &String| LINES.iter().all(|line| page.contains(line));
        until("its queues are told", async || {
            scraped().await.is_ok_and(|page| stands(&page))
        })
        .await;
    }
}

const LINES: [&str; 6] = [
    "honeydue_queues_readable 1\n",
    "honeydue_queue_jobs{queue=\"default\",state=\"ready\"} 2\n",
    "honeydue_queue_jobs{queue=\"default\",state=\"later\"} 1\n",
    "honeydue_queue_jobs{queue=\"mail\",state=\"dead\"} 0\n",
    "honeydue_queue_oldest_seconds{queue=\"default\"} ",
    "honeydue_queue_paused{queue=\"default\"} 1\n",
];
