//! The jobs of one state, first come first, up to a limit.

use super::{
    page::{Look, MOST_IN_PAGE, Place},
    view::JobView,
};
use crate::{Queue, QueueError, State};

/// States that share a place are sought among so many of it.
const MOST: usize = 1000;

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
        for partition in 0..self.partitions_of(queue) {
            jobs.extend(self.list_of(queue, partition, state, limit).await?);
        }
        jobs.truncate(limit);
        Ok(jobs)
    }

    async fn list_of(
        &self,
        queue: &str,
        partition: u16,
        state: State,
        limit: usize,
    ) -> Result<Vec<JobView>, QueueError> {
        let place = Place::of(state);
        let look = Look {
            place,
            many: MOST_IN_PAGE,
            newest_first: place.is_newest_first(),
            from: None,
            before: None,
        };
        let (mut jobs, mut looked, mut after) = (Vec::new(), 0, None);
        while jobs.len() < limit && looked < MOST {
            let page = self.page(queue, partition, &look, after.as_ref()).await?;
            let found = page.jobs.into_iter().map(|(job, _)| job);
            jobs.extend(found.filter(|job| job.state == state));
            looked += page.looked;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        jobs.truncate(limit);
        Ok(jobs)
    }
}
