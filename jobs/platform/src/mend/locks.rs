//! Unique keys: who holds them, and how one that is stuck is freed.

use std::{collections::BTreeMap, time::Duration};

use redis::AsyncCommands;

use super::MOST_IN_SLICE;
use crate::{JobId, Queue, QueueError, keys::Keys, scripts};

type Scanned = (u64, Vec<(Vec<u8>, Vec<u8>)>);

impl Queue {
    /// Who holds the unique keys of a queue: a slice, and where to go on (0: that was all).
    pub async fn locks(
        &self,
        queue: &str,
        partition: u16,
        cursor: u64,
    ) -> Result<(u64, BTreeMap<String, JobId>), QueueError> {
        let keys = Keys::new(&self.prefix, queue, partition);
        let (next, found): Scanned = redis::cmd("HSCAN")
            .arg(&keys.unique)
            .arg(cursor)
            .arg("COUNT")
            .arg(MOST_IN_SLICE)
            .query_async(&mut self.link.shared())
            .await?;
        let lock = |(key, id): (Vec<u8>, Vec<u8>)| {
            let id = JobId::from_bytes(id.as_slice().try_into().ok()?);
            Some((String::from_utf8_lossy(&key).into_owned(), id))
        };
        Ok((next, found.into_iter().filter_map(lock).collect()))
    }

    /// Who holds a unique key, and in which partition: that follows from the key.
    pub async fn lock_holder(
        &self,
        queue: &str,
        key: &str,
    ) -> Result<Option<(u16, JobId)>, QueueError> {
        let partition = self.partition_of(queue, JobId::fresh(Some(key)));
        let keys = Keys::new(&self.prefix, queue, partition);
        let holder: Option<Vec<u8>> = self.link.shared().hget(&keys.unique, key).await?;
        let id = holder.and_then(|id| Some(JobId::from_bytes(id.as_slice().try_into().ok()?)));
        Ok(id.map(|id| (partition, id)))
    }

    /// For how long a unique key outlives its job, if it does.
    pub async fn lock_left(
        &self,
        queue: &str,
        partition: u16,
        key: &str,
    ) -> Result<Option<Duration>, QueueError> {
        let keys = Keys::new(&self.prefix, queue, partition);
        let until: Option<f64> = self.link.shared().zscore(&keys.unique_until, key).await?;
        let now = self.now().await?.as_millisecond();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "ms since 1970 are exact in a double"
        )]
        let left = until.map(|until| u64::try_from(until as i64 - now).unwrap_or_default());
        Ok(left.map(Duration::from_millis))
    }

    /// Frees a unique key, if `holder` still holds it. Whether it did.
    pub async fn break_lock(
        &self,
        queue: &str,
        partition: u16,
        key: &str,
        holder: JobId,
    ) -> Result<bool, QueueError> {
        let keys = Keys::new(&self.prefix, queue, partition);
        let mut call = scripts::BREAK.on(&keys.all());
        call.arg(self.now.arg()).arg(key).arg(holder.as_bytes());
        self.link.run(&call).await
    }
}
