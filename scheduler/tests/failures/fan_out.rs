//! A tick whose job dies after half of its fan-out: what it did stays, the rest is done by who comes next.

use std::collections::BTreeMap;

use standins::{House, until_or};

use crate::stall::Stall;

const PEOPLE: usize = 600;
/// At a quarter a busy machine sends its mails in time.
const PACE: u32 = 4;

/// All of honeyDue, and people whose reminders are due; no worker yet.
async fn due() -> House {
    let house = House::start(PACE).await.expect("a house");
    let people = include_str!("people.sql");
    house.postgres.ask(people).expect("people");
    house
}

/// A worker that finds one of its servers by this way only, given the sweep.
async fn dies_on_the_way(house: &mut House, server: &'static str, stall: &Stall) {
    let direct = match server {
        "REDIS_URL" => house.redis.url(),
        _ => house.postgres.url(),
    };
    house.set(server, &stall.url());
    // With two slots the minute's own sweep would go on past the page at which the other is held up.
    house.set("QUEUES", "sweep=1");
    let first = house.spawn("first worker", "honeydue-worker");
    let first = first.expect("a worker");
    house.set(server, &direct);
    let asked = house.honeydue(&["schedule", "run", "sweep", "--by", "test"]);
    asked.expect("the sweep is asked for");
    stall.stalled().await;
    house.process(first).kill9();
}

/// The ledger: whom, in which state, and whether it was ever unknown if it was sent.
fn ledger(house: &House) -> Vec<[String; 3]> {
    let asked = "SELECT id, state, unknown_at IS NOT NULL FROM deliveries";
    let rows = house.postgres.ask(asked).expect("the ledger").into_iter();
    rows.map(|row| row.try_into().expect("three cells"))
        .collect()
}

/// Another worker comes; in the end everybody has one mail, or two where the ledger says why.
async fn each_is_told_once(house: &mut House) {
    let second = house.spawn("second worker", "honeydue-worker");
    second.expect("a worker");
    let logs = || format!("everybody has their mail:\n{}", house.logs());
    until_or(logs, async || {
        let sent = ledger(house);
        sent.len() == PEOPLE && sent.iter().all(|[_, state, _]| state == "sent")
    })
    .await;
    let mut copies = BTreeMap::<String, u32>::new();
    for mail in house.inbox.mails() {
        let (id, _) = mail.message_id.split_once('@').expect("a Message-ID");
        *copies.entry(id.to_owned()).or_default() += 1;
    }
    assert_eq!(copies.len(), PEOPLE);
    for [id, _, unknown] in ledger(house) {
        assert!(copies[&id] == 1 || unknown == "t", "{id} was told twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_dies_between_two_pages_leaves_nobody_out_and_tells_nobody_twice() {
    let mut house = due().await;
    // Its first page is committed, and none of that page's jobs is queued yet.
    let stall = Stall::before(&house.redis.url(), "task-reminder").await;
    dies_on_the_way(&mut house, "REDIS_URL", &stall).await;
    let half = ledger(&house).len();
    assert!((1..PEOPLE).contains(&half), "{half} of {PEOPLE}");
    each_is_told_once(&mut house).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_dies_in_the_middle_of_a_page_leaves_nothing_of_it_behind() {
    let mut house = due().await;
    let stall = Stall::before(&house.postgres.url(), "UPDATE agenda").await;
    dies_on_the_way(&mut house, "DATABASE_URL", &stall).await;
    assert_eq!(ledger(&house).len(), 0);
    // Postgres learns now that it is gone.
    stall.release();
    each_is_told_once(&mut house).await;
}
