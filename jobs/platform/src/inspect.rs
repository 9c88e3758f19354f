//! What an operator may see of a queue, and the one thing that mends it: a second life for the dead.
//!
//! Reads are bounded, and none takes a lease or moves a token.

mod history;
mod list;
mod page;
mod server;
mod view;

use jiff::Timestamp;
use redis::AsyncCommands;
use serde::Serialize;

pub use self::{
    history::{Day, TALLIED_DAYS},
    page::{Look, MOST_IN_PAGE, Page, Place, Spot},
    server::Server,
    view::JobView,
};
pub use crate::trail::Fault;
use crate::{JobId, Queue, QueueError, entry::Entry, keys::Keys, record};

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
}
