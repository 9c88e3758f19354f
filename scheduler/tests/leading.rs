//! Several schedulers, one leader, each tick once.

mod house;
#[path = "house/worker.rs"]
mod worker;

use std::{collections::BTreeSet, time::Duration};

use house::{House, brisk, line, slow, timetable};
use platform::{Pace, leader::Leader};
use standins::until;
use store::TickState;
use tokio::time::Instant;
use worker::Worker;

fn each_second() -> platform::timetable::Timetable {
    timetable([line("each-second", "* * * * * *")])
}

fn named(name: &str) -> impl Fn(&Leader) -> bool {
    move |leader| leader.owner.starts_with(&format!("{name}/"))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_schedulers_run_each_tick_once() {
    let house = House::new().await;
    let worker = Worker::start(&house.queue, &house.store);
    let replicas = ["one", "two"].map(|name| house.start(name, brisk(), each_second()));
    until("four ticks have run", async || worker.ran().len() >= 4).await;
    for replica in replicas {
        replica.stops().await;
    }
    // One may have been begun when they were told to stop; it is for the next leader.
    until("every tick that was fired is finished", async || {
        let ticks = house.ticks("each-second").await;
        ticks.iter().all(|tick| tick.state != TickState::Fired)
    })
    .await;
    let (ran, ticks) = (worker.ran(), house.ticks("each-second").await);
    let finished = ticks
        .iter()
        .filter(|tick| tick.state == TickState::Finished)
        .count();
    assert_eq!(
        ran.iter().collect::<BTreeSet<_>>().len(),
        ran.len(),
        "{ran:?} of {:?}",
        worker.brought()
    );
    assert_eq!(ran.len(), finished, "{ran:?} {ticks:?}");
    let gaps = ticks
        .windows(2)
        .map(|pair| pair[0].instant.duration_since(pair[1].instant).as_secs());
    assert!(gaps.into_iter().all(|gap| gap == 1), "{ticks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_leader_is_killed_another_leads_within_a_lease_in_a_later_term() {
    let house = House::new().await;
    let first = house.start("first", brisk(), each_second());
    let led = house.led_by("the first leads", named("first")).await;
    let second = house.start("second", brisk(), each_second());
    let killed = Instant::now();
    first.kill();
    let leads = house.led_by("the second leads", named("second")).await;
    // 17 s at a twentieth is less than one; the rest is for a machine that has other things to do.
    assert!(killed.elapsed() < Duration::from_secs(5));
    assert!(leads.term > led.term);
    second.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_tick_is_lost_or_doubled_between_a_killed_leader_and_the_next() {
    let house = House::new().await;
    let worker = Worker::start(&house.queue, &house.store);
    let first = house.start("first", brisk(), each_second());
    until("a tick has run", async || !worker.ran().is_empty()).await;
    let second = house.start("second", brisk(), each_second());
    first.kill();
    house.led_by("the second leads", named("second")).await;
    let before = worker.ran().len();
    until("two more have run", async || {
        worker.ran().len() >= before + 2
    })
    .await;
    second.stops().await;
    let (ran, ticks) = (worker.ran(), house.ticks("each-second").await);
    assert_eq!(
        ran.iter().collect::<BTreeSet<_>>().len(),
        ran.len(),
        "{ran:?} of {:?}",
        worker.brought()
    );
    let gaps = ticks
        .windows(2)
        .map(|pair| pair[0].instant.duration_since(pair[1].instant).as_secs());
    assert!(gaps.into_iter().all(|gap| gap == 1), "{ticks:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_told_to_stop_hands_over_at_once() {
    let house = House::new().await;
    let first = house.start("first", slow(), each_second());
    house.led_by("the first leads", named("first")).await;
    let second = house.start("second", slow(), each_second());
    let third = house.start("third", slow(), each_second());
    let told = Instant::now();
    first.stops().await;
    house
        .led_by("another leads", |leader| !named("first")(leader))
        .await;
    assert!(
        told.elapsed() < Duration::from_secs(30),
        "its lease has ten minutes"
    );
    second.stops().await;
    third.stops().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_to_stop_leaves_the_lease_free() {
    let house = House::new().await;
    let only = house.start("only", Pace::STANDARD, each_second());
    house.led_by("it leads", named("only")).await;
    only.stops().await;
    assert_eq!(house.leader().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_empty_timetable_it_relays_but_never_leads() {
    let house = House::new().await;
    let empty = house.start("empty", brisk(), timetable([]));
    let ada = house.person("ada@example.com").await;
    house.wants(ada, "welcome").await;
    until("it has relayed", async || {
        house.ready("urgent").await.len() == 1
    })
    .await;
    assert_eq!(house.leader().await, None);
    empty.stops().await;
}
