//! What an operator may see of a queue, and the one thing that mends it: a second life for the dead.
//!
//! Reads are bounded, and none takes a lease or moves a token.

mod list;
mod view;

use jiff::Timestamp;
use redis::AsyncCommands;
use serde::Serialize;

pub use self::view::JobView;
pub use crate::trail::Fault;
use crate::{JobId, Queue, QueueError, entry::Entry, keys::Keys, record, scripts};

/// How many jobs of a queue stand where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub queue: String,
    pub ready: u64,
    pub running: u64,
    /// Scheduled and retrying: what waits for a time.
    pub due: u64,
    pub dead: u64,
    pub done: u64,
    /// When the first in line was enqueued.
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

/// What became of an operator's retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revived {
    Ready,
    NotDead,
    /// Another job holds its unique key now.
    KeyHeldBy(JobId),
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
        let (ready, running, due, dead, done, first): (u64, u64, u64, u64, u64, Option<Vec<u8>>) =
            redis::pipe()
                .llen(&keys.ready)
                .zcard(&keys.leases)
                .zcard(&keys.due)
                .zcard(&keys.dead)
                .zcard(&keys.done)
                .lindex(&keys.ready, 0)
                .query_async(&mut redis)
                .await?;
        let first = first.as_deref().and_then(Entry::read);
        let stored: Option<Vec<u8>> = match first {
            Some(entry) => redis.hget(&keys.jobs, entry.id.as_bytes()).await?,
            None => None,
        };
        let record = stored.and_then(|bytes| record::decode(bytes).ok());
        Ok(Counts {
            queue: String::new(),
            ready,
            running,
            due,
            dead,
            done,
            oldest: record.map(|record| record.created),
        })
    }

    /// Gives a dead job all its attempts again.
    pub async fn retry_dead(&self, queue: &str, id: JobId) -> Result<Revived, QueueError> {
        let keys = self.keys_of(queue, id);
        let mut call = scripts::REVIVE.on(&keys.all());
        call.arg(self.now.arg()).arg(id.as_bytes());
        let answer: Vec<u8> = self.link.run(&call).await?;
        match answer.as_slice() {
            b"ready" => Ok(Revived::Ready),
            b"not dead" => Ok(Revived::NotDead),
            holder => holder
                .try_into()
                .map(|id| Revived::KeyHeldBy(JobId::from_bytes(id)))
                .map_err(|_| QueueError::Corrupt("the revive script named no job".to_owned())),
        }
    }
}
