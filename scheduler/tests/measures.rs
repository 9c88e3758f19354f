//! What a scheduler measures, as it is scraped.

#[path = "house/example.rs"]
mod example;
mod house;

use example::Example;
use house::House;
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
