//! The jobs of one state, first come first, up to a limit.

use redis::AsyncCommands;

use super::view::{JobView, Seen};
use crate::{
    JobId, Queue, QueueError, State,
    entry::{Entry, Member},
    keys::Keys,
    trail,
};

/// More than a screen can show, less than Redis notices.
const MOST: usize = 1000;

type Stored = Vec<Option<Vec<u8>>>;

/// What the sets say of a job: its id, its counts where the set knows them, its time where it has one.
struct Found {
    id: JobId,
    counts: Option<(u8, u8)>,
    at_ms: Option<f64>,
}

impl Found {
    fn entry(entry: Entry, at_ms: Option<f64>) -> Self {
        Self {
            id: entry.id,
            counts: Some((entry.attempt, entry.lost)),
            at_ms,
        }
    }

    /// The dead and the done keep their counts in the trail alone.
    fn id(bytes: &[u8], at_ms: f64) -> Option<Self> {
        Some(Self {
            id: JobId::from_bytes(bytes.try_into().ok()?),
            counts: None,
            at_ms: Some(at_ms),
        })
    }
}

impl Queue {
    /// Jobs of a queue in `state`: the first in line, the next due, the latest given up, of each of its
    /// partitions. At most 1,000.
    pub async fn list(
        &self,
        queue: &str,
        state: State,
        limit: usize,
    ) -> Result<Vec<JobView>, QueueError> {
        let limit = limit.min(MOST);
        let mut jobs = Vec::new();
        for keys in self.partitions(queue) {
            jobs.extend(self.list_of(queue, &keys, state, limit).await?);
        }
        jobs.truncate(limit);
        Ok(jobs)
    }

    async fn list_of(
        &self,
        queue: &str,
        keys: &Keys,
        state: State,
        limit: usize,
    ) -> Result<Vec<JobView>, QueueError> {
        let found = self.found(keys, state, limit).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = found
            .iter()
            .map(|found| found.id.as_bytes().as_slice())
            .collect();
        let (records, trails): (Stored, Stored) = redis::pipe()
            .cmd("HMGET")
            .arg(&keys.jobs)
            .arg(&ids)
            .cmd("HMGET")
            .arg(&keys.trail)
            .arg(&ids)
            .query_async(&mut self.link.shared())
            .await?;
        let stored = found.iter().zip(records).zip(trails);
        // A job may have moved on between the two reads; then it has no record, and is not listed.
        let views = stored.filter_map(|((found, record), trail)| {
            let (record, trail) = (record?, trail.unwrap_or_default());
            let (attempt, lost) = found.counts.unwrap_or_else(|| trail::counts(&trail));
            let seen = Seen {
                id: found.id,
                state: as_it_stands(state, &record, &trail),
                attempt,
                lost,
                at_ms: found.at_ms,
                record: &record,
                trail: &trail,
            };
            (seen.state == state).then(|| seen.view(queue))
        });
        Ok(views.collect())
    }

    async fn found(
        &self,
        keys: &Keys,
        state: State,
        limit: usize,
    ) -> Result<Vec<Found>, QueueError> {
        match state {
            State::Ready => self.ready(&keys.ready, limit).await,
            State::Scheduled => self.due(&keys.due, false, limit).await,
            State::Retrying => self.due(&keys.due, true, limit).await,
            State::Running => {
                let leases: Vec<(Vec<u8>, f64)> = self
                    .link
                    .shared()
                    .zrange_withscores(&keys.leases, 0, last(limit))
                    .await?;
                let members = leases
                    .iter()
                    .filter_map(|(bytes, ms)| Some((Member::read(bytes).ok()?, *ms)));
                Ok(members
                    .map(|(member, ms)| Found::entry(member.entry(), Some(ms)))
                    .collect())
            }
            State::Dead => self.latest(&keys.dead, limit).await,
            // Those called off are kept among the done; their trail tells them apart.
            State::Done | State::Cancelled => self.latest(&keys.done, limit).await,
        }
    }

    async fn ready(&self, key: &str, limit: usize) -> Result<Vec<Found>, QueueError> {
        let entries: Vec<Vec<u8>> = self.link.shared().lrange(key, 0, last(limit)).await?;
        let entries = entries.iter().filter_map(|bytes| Entry::read(bytes));
        Ok(entries.map(|entry| Found::entry(entry, None)).collect())
    }

    /// Scheduled and retrying jobs share a set, so what is asked for is sought among its first 1,000.
    async fn due(&self, key: &str, retrying: bool, limit: usize) -> Result<Vec<Found>, QueueError> {
        let due: Vec<(Vec<u8>, f64)> = self
            .link
            .shared()
            .zrange_withscores(key, 0, last(MOST))
            .await?;
        let entries = due
            .iter()
            .filter_map(|(bytes, ms)| Some((Entry::read(bytes)?, *ms)));
        let wanted = entries.filter(|(entry, _)| (entry.attempt > 0 || entry.lost > 0) == retrying);
        Ok(wanted
            .take(limit)
            .map(|(entry, ms)| Found::entry(entry, Some(ms)))
            .collect())
    }

    async fn latest(&self, key: &str, limit: usize) -> Result<Vec<Found>, QueueError> {
        let ids: Vec<(Vec<u8>, f64)> = self
            .link
            .shared()
            .zrevrange_withscores(key, 0, last(limit))
            .await?;
        Ok(ids
            .iter()
            .filter_map(|(id, ms)| Found::id(id, *ms))
            .collect())
    }
}

/// Those called off stand among the ready, until their entry is popped, or are kept among the done.
fn as_it_stands(listed: State, record: &[u8], trail: &[u8]) -> State {
    match listed {
        State::Ready if record.first() == Some(&0) => State::Cancelled,
        State::Done | State::Cancelled if trail::is_cancelled(trail) => State::Cancelled,
        State::Cancelled => State::Done,
        state => state,
    }
}

fn last(limit: usize) -> isize {
    isize::try_from(limit).unwrap_or(isize::MAX) - 1
}
