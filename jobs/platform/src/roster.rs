//! The roster: which workers there are, what they say of themselves, and what is wished of them.
//!
//! It is for people to look at. No promise rests on it: jobs are taken back by their leases.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use redis::AsyncCommands as _;
use serde::{Deserialize, Serialize};

use crate::{Queue, QueueError, keys::RosterKeys, queue::ms, scripts};

/// Who was not seen for this long is gone.
const FORGOTTEN: Duration = Duration::from_mins(5);
/// More workers than anybody runs.
const MOST: isize = 10_000;

/// What a worker says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerSays {
    pub version: String,
    pub started: Timestamp,
    /// Queue → how many of its jobs run at a time.
    pub queues: BTreeMap<String, usize>,
    pub state: WorkerState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkerState {
    Working,
    /// Claims nothing more, and stays.
    Quiet,
    /// Finishes what runs, and ends.
    Draining,
}

/// What an operator wishes of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkerWish {
    Quiet,
    Drain,
}

#[derive(Debug, Clone, Serialize)]
pub struct WorkerView {
    pub name: String,
    pub seen: Timestamp,
    #[serde(flatten)]
    pub says: Option<WorkerSays>,
    pub wished: Option<String>,
}

impl WorkerWish {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Drain => "drain",
        }
    }
}

impl Queue {
    /// Says that a worker lives, and hears what is wished of it.
    pub async fn beat(
        &self,
        name: &str,
        says: &WorkerSays,
    ) -> Result<Option<WorkerWish>, QueueError> {
        let says = serde_json::to_string(says).unwrap_or_default();
        let wish = self.roster(name, &says).await?;
        let known = [WorkerWish::Quiet, WorkerWish::Drain].into_iter();
        Ok(known.into_iter().find(|known| known.as_str() == wish))
    }

    /// Says that a worker ends.
    pub async fn leave(&self, name: &str) -> Result<(), QueueError> {
        self.roster(name, "").await.map(drop)
    }

    async fn roster(&self, name: &str, says: &str) -> Result<String, QueueError> {
        let keys = RosterKeys::new(&self.prefix);
        let mut call = scripts::BEAT.on(&[&keys.seen, &keys.said, &keys.wishes]);
        call.arg(name)
            .arg(says)
            .arg(ms(FORGOTTEN))
            .arg(self.now.arg());
        self.link.run(&call).await
    }

    /// All workers that were seen lately.
    pub async fn workers(&self) -> Result<Vec<WorkerView>, QueueError> {
        let keys = RosterKeys::new(&self.prefix);
        let mut redis = self.link.shared();
        let seen: Vec<(String, f64)> = redis.zrange_withscores(&keys.seen, 0, MOST - 1).await?;
        let said: BTreeMap<String, String> = redis.hgetall(&keys.said).await?;
        let wishes: BTreeMap<String, String> = redis.hgetall(&keys.wishes).await?;
        let oldest = self.now().await?.as_millisecond() - i64::try_from(ms(FORGOTTEN)).unwrap_or(0);
        let views = seen.into_iter().filter_map(|(name, at)| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "ms since 1970 are exact in a double"
            )]
            let at = at as i64;
            (at >= oldest).then_some(())?;
            Some(WorkerView {
                seen: Timestamp::from_millisecond(at).ok()?,
                says: said
                    .get(&name)
                    .and_then(|says| serde_json::from_str(says).ok()),
                wished: wishes.get(&name).cloned(),
                name,
            })
        });
        Ok(views.collect())
    }

    /// Wishes something of a worker, which hears it at its next beat. Whether it is there.
    pub async fn wish(&self, name: &str, wish: WorkerWish) -> Result<bool, QueueError> {
        let keys = RosterKeys::new(&self.prefix);
        let mut call = scripts::WISH.on(&[&keys.seen, &keys.wishes]);
        call.arg(name).arg(wish.as_str());
        self.link.run(&call).await
    }
}
