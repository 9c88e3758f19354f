//! How many jobs of a queue stand where, and since when the first in line waits.
//!
//! A job that is called off while it is ready leaves its entry behind, which nobody may seek in a list
//! of a million. Such entries are counted as they come and go, and are not what waits.

use jiff::Timestamp;
use redis::AsyncCommands as _;
use serde::Serialize;

use crate::{JobId, Queue, QueueError, entry::Entry, keys::Keys, record, trail};

/// How far the first in line is sought behind those that were called off.
const SOUGHT: isize = 1000;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub queue: String,
    pub ready: u64,
    pub running: u64,
    /// Scheduled and retrying: what waits for a time.
    #[serde(rename = "later")]
    pub due: u64,
    pub dead: u64,
    pub done: u64,
    /// Since when the first in line could have run: when it was enqueued, or last put off until.
    pub oldest: Option<Timestamp>,
}

impl Counts {
    fn add(&mut self, more: &Self) {
        self.ready += more.ready;
        self.running += more.running;
        self.due += more.due;
        self.dead += more.dead;
        self.done += more.done;
        self.oldest = self.oldest.into_iter().chain(more.oldest).min();
    }
}

impl Queue {
    pub async fn counts(&self, queue: &str) -> Result<Counts, QueueError> {
        let mut all = Counts {
            queue: queue.to_owned(),
            ..Counts::default()
        };
        for keys in self.partitions(queue) {
            all.add(&self.counts_of(&keys).await?);
        }
        Ok(all)
    }

    async fn counts_of(&self, keys: &Keys) -> Result<Counts, QueueError> {
        let mut redis = self.link.shared();
        let (entries, tombstones, running, due, dead, done): (u64, Option<u64>, _, _, _, _) =
            redis::pipe()
                .llen(&keys.ready)
                .hget(&keys.state, "tombstones")
                .zcard(&keys.leases)
                .zcard(&keys.due)
                .zcard(&keys.dead)
                .zcard(&keys.done)
                .query_async(&mut redis)
                .await?;
        let tombstones = tombstones.unwrap_or_default();
        let ready = entries.saturating_sub(tombstones);
        Ok(Counts {
            queue: String::new(),
            ready,
            running,
            due,
            dead,
            done,
            oldest: match ready {
                0 => None,
                _ => self.oldest(keys, tombstones).await?,
            },
        })
    }

    async fn oldest(&self, keys: &Keys, tombstones: u64) -> Result<Option<Timestamp>, QueueError> {
        let Some((id, record)) = self.first_in_line(keys, tombstones).await? else {
            return Ok(None);
        };
        let mut redis = self.link.shared();
        let fared: Option<Vec<u8>> = redis.hget(&keys.trail, id.as_bytes()).await?;
        let since = trail::since(&fared.unwrap_or_default());
        let created = record::decode(record).ok().map(|record| record.created);
        Ok(created.max(since))
    }

    /// At most every tombstone stands before it.
    async fn first_in_line(
        &self,
        keys: &Keys,
        tombstones: u64,
    ) -> Result<Option<(JobId, Vec<u8>)>, QueueError> {
        let mut redis = self.link.shared();
        let last = isize::try_from(tombstones).map_or(SOUGHT, |last| last.min(SOUGHT));
        let entries: Vec<Vec<u8>> = redis.lrange(&keys.ready, 0, last).await?;
        let entries = entries.iter().filter_map(|bytes| Entry::read(bytes));
        let ids: Vec<JobId> = entries.map(|entry| entry.id).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let mut asked = redis::cmd("HMGET");
        asked.arg(&keys.jobs);
        for id in &ids {
            asked.arg(id.as_bytes());
        }
        let records: Vec<Option<Vec<u8>>> = asked.query_async(&mut redis).await?;
        let mut jobs = ids.into_iter().zip(records);
        Ok(jobs.find_map(|(id, record)| {
            let record = record.filter(|record| !record::is_tombstone(record))?;
            Some((id, record))
        }))
    }
}
