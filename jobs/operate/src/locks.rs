//! Unique keys: who holds which, and how one that is stuck is broken.

use platform::{JobId, State};
use serde::Serialize;

use crate::{Filter, Operator, Trouble, redis};

#[derive(Debug, Clone, Serialize)]
pub struct Lock {
    pub queue: &'static str,
    pub key: String,
    pub holder: JobId,
    /// Where its holder stands; `None`: nowhere.
    pub state: Option<State>,
    /// For how long it is held whatever becomes of its holder.
    pub left_s: Option<u64>,
}

#[derive(Debug, Serialize)]
pub struct Locks {
    pub locks: Vec<Lock>,
    /// Whether there are more.
    pub more: bool,
}

/// Some of the keys that are held, in no order.
pub async fn list(
    queue: &platform::Queue,
    filter: &Filter,
    limit: usize,
) -> Result<Locks, Trouble> {
    let mut locks = Vec::new();
    for name in filter.queues()? {
        for partition in 0..queue.partitions_of(name) {
            some(queue, (name, partition), limit, &mut locks).await?;
        }
    }
    let more = locks.len() > limit;
    locks.truncate(limit);
    Ok(Locks { locks, more })
}

/// Adds those of one partition, and stops once there is one too many.
async fn some(
    queue: &platform::Queue,
    (name, partition): (&'static str, u16),
    limit: usize,
    locks: &mut Vec<Lock>,
) -> Result<(), Trouble> {
    let mut cursor = 0;
    loop {
        let (next, found) = redis(queue.locks(name, partition, cursor)).await?;
        for (key, holder) in found {
            if locks.len() > limit {
                return Ok(());
            }
            locks.push(lock(queue, name, partition, key, holder).await?);
        }
        cursor = next;
        if cursor == 0 {
            return Ok(());
        }
    }
}

async fn lock(
    queue: &platform::Queue,
    name: &'static str,
    partition: u16,
    key: String,
    holder: JobId,
) -> Result<Lock, Trouble> {
    let (job, left) = tokio::try_join!(
        redis(queue.show(name, holder)),
        redis(queue.lock_left(name, partition, &key))
    )?;
    Ok(Lock {
        queue: name,
        key,
        holder,
        state: job.map(|job| job.state),
        left_s: left.map(|left| left.as_secs()),
    })
}

/// Where a key is held.
pub async fn find(queue: &platform::Queue, filter: &Filter, key: &str) -> Result<Lock, Trouble> {
    for name in filter.queues()? {
        if let Some((partition, holder)) = redis(queue.lock_holder(name, key)).await? {
            return lock(queue, name, partition, key.to_owned(), holder).await;
        }
    }
    Err(Trouble::NotFound(format!(
        "nobody holds the key {key:?}; `honeydue lock ls` shows those that are held"
    )))
}

/// Frees a key, if the same job still holds it.
pub async fn break_it(
    operator: &Operator,
    lock: &Lock,
    reason: Option<&str>,
) -> Result<(), Trouble> {
    let plan = serde_json::json!({ "queue": lock.queue, "key": lock.key, "holder": lock.holder });
    let breaking = async {
        let partition = operator.queue.partition_of(lock.queue, lock.holder);
        let broken = operator
            .queue
            .break_lock(lock.queue, partition, &lock.key, lock.holder);
        if redis(broken).await? {
            return Ok(((), 1));
        }
        Err(Trouble::Refused(format!(
            "{} does not hold it any more; nothing was changed",
            lock.holder
        )))
    };
    operator.once("lock break", reason, plan, breaking).await
}
