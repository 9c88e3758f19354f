//! How a queue fared, day by day.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use redis::AsyncCommands;
use serde::Serialize;

use crate::{Queue, QueueError};

/// As `lua/lib/tally.lua` keeps them.
pub const TALLIED_DAYS: u16 = 90;

/// What happened in a queue on one day, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Day {
    pub date: Date,
    pub done: u64,
    /// Attempts that failed and will be made again.
    pub failed: u64,
    pub lost: u64,
    pub dead: u64,
    pub cancelled: u64,
}

impl Queue {
    /// The last so many days, today first.
    pub async fn history(&self, queue: &str, days: u16) -> Result<Vec<Day>, QueueError> {
        let today = self.now().await?.as_second().div_euclid(86_400);
        let mut tallies: BTreeMap<String, u64> = BTreeMap::new();
        for keys in self.partitions(queue) {
            let state: BTreeMap<String, String> = self.link.shared().hgetall(&keys.state).await?;
            for (name, count) in state.into_iter().filter(|(name, _)| name.contains('@')) {
                *tallies.entry(name).or_default() += count.parse::<u64>().unwrap_or_default();
            }
        }
        let days = 0..i64::from(days.min(TALLIED_DAYS));
        let days = days.filter_map(|ago| day(today - ago, &tallies));
        Ok(days.collect())
    }
}

fn day(number: i64, tallies: &BTreeMap<String, u64>) -> Option<Day> {
    let start = Timestamp::UNIX_EPOCH
        .checked_add(SignedDuration::from_hours(number.checked_mul(24)?))
        .ok()?;
    let many = |what| tallies.get(&format!("{what}@{number}")).copied();
    let many = |what| many(what).unwrap_or_default();
    Some(Day {
        date: start.to_zoned(TimeZone::UTC).date(),
        done: many("done"),
        failed: many("failed"),
        lost: many("lost"),
        dead: many("dead"),
        cancelled: many("cancelled"),
    })
}
