//! A house to break, and what must be true of it afterwards.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use standins::{House, until_or};

/// Every wait at a twentieth: the real paths, in seconds.
const PACE: u32 = 20;

/// At a quarter, a mail server may be held for five seconds before its client gives up, or be that slow.
const PATIENT_PACE: u32 = 4;

pub(crate) async fn house() -> House {
    House::start(PACE).await.expect("a house")
}

pub(crate) async fn patient_house() -> House {
    House::start(PATIENT_PACE).await.expect("a house")
}

/// What one worker sends at a time.
pub(crate) const ITS_SHARE: usize = 20;

/// A patient house with two schedulers, where so many people are to be told something in an hour.
pub(crate) async fn crowd(people: usize, kind: &str) -> House {
    let mut house = patient_house().await;
    house
        .spawn("second scheduler", "honeydue-scheduler")
        .expect("a scheduler");
    let sql = include_str!("people.sql")
        .replace(":people", &people.to_string())
        .replace(":'kind'", &format!("'{kind}'"));
    house.postgres.ask(&sql).expect("people");
    house
}

#[expect(
    clippy::disallowed_methods,
    reason = "the processes under test live today"
)]
pub(crate) fn ask_for_the_sweep(house: &House) {
    let at = (Timestamp::now() + SignedDuration::from_hours(2)).to_string();
    let ask = ["schedule", "run", "sweep", "--at", &at, "--yes"];
    let asked = house.honeydue(&[&ask[..], &["--by", "test"]].concat());
    asked.expect("the sweep is asked for");
}

pub(crate) fn worker(house: &mut House) -> usize {
    house.spawn("worker", "honeydue-worker").expect("a worker")
}

/// One row of the ledger.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) was_unknown: bool,
    pub(crate) decided: bool,
}

pub(crate) fn ledger(house: &House) -> Vec<Row> {
    let asked = "SELECT id, state, unknown_at IS NOT NULL, decided_at IS NOT NULL FROM deliveries
        ORDER BY created_at";
    let rows = house.postgres.ask(asked).expect("the ledger");
    rows.into_iter().map(row).collect()
}

fn row(cells: Vec<String>) -> Row {
    let [id, state, unknown, decided]: [String; 4] = cells.try_into().expect("four cells");
    let (was_unknown, decided) = (unknown == "t", decided == "t");
    Row {
        id,
        state,
        was_unknown,
        decided,
    }
}

/// Waits until `people` have what is due to them, by the ledger.
pub(crate) async fn all_sent(house: &House, people: usize) {
    all(house, people, |row| row.state == "sent").await;
}

/// The same, where somebody's mail may meet trouble twice: it stays `unknown`, for nobody gets a third copy.
pub(crate) async fn all_decided(house: &House, people: usize) {
    all(house, people, |row| row.decided).await;
}

async fn all(house: &House, people: usize, told: impl Fn(&Row) -> bool) {
    let all_told = async || {
        let rows = ledger(house);
        rows.len() == people && rows.iter().all(&told)
    };
    let missing = || {
        format!(
            "everybody has their mail:\n{}\n{}",
            open(house),
            house.logs()
        )
    };
    until_or(missing, all_told).await;
}

/// The rows that are not sent, some of them, and when each is looked at again.
fn open(house: &House) -> String {
    let asked =
        "SELECT count(*) OVER (), state, reason, copies, now() - created_at, check_at - now()
        FROM deliveries WHERE state <> 'sent' LIMIT 10";
    let rows = house.postgres.ask(asked).expect("the ledger");
    let lines: Vec<String> = rows.iter().map(|row| row.join(" | ")).collect();
    lines.join("\n")
}

/// Compares the copies in the inbox with what the ledger says of each. Answers how many second copies
/// there are.
pub(crate) fn check_copies(house: &House) -> usize {
    let mut copies: BTreeMap<String, u64> = BTreeMap::new();
    for mail in house.inbox.mails() {
        *copies.entry(mail.message_id.clone()).or_default() += 1;
    }
    let rows = ledger(house);
    assert_eq!(copies.len(), rows.len(), "one Message-ID a person");
    for row in &rows {
        let found = copies.iter().find(|(id, _)| id.starts_with(&row.id));
        let copies = *found.expect("a mail for each row").1;
        assert!(copies <= 2, "a third copy of {}", row.id);
        assert!(
            copies == 1 || row.was_unknown,
            "a second copy of {} without `unknown`",
            row.id
        );
    }
    copies.values().filter(|copies| **copies == 2).count()
}

/// The deliveries of which it once was unknown whether they had gone.
pub(crate) fn unknown(house: &House) -> BTreeSet<String> {
    let rows = ledger(house).into_iter().filter(|row| row.was_unknown);
    rows.map(|row| row.id).collect()
}
