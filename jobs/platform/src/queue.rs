//! The handle on all queues: who wants work done holds one of these.

mod coalesce;
pub(crate) mod enqueue;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use redis::AsyncCommands;

use self::coalesce::Coalescer;
use crate::{
    JobId, Policies, Policy, QueueError, State,
    keys::{Keys, LeaderKeys},
    link::Link,
    now::Now,
};

/// What became of a job that was enqueued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The job that stands: this one, or the one that was there before.
    pub id: JobId,
    /// `None`: accepted. Else a job of this id or unique key stood already, in this state.
    pub standing: Option<State>,
}

impl Receipt {
    pub fn accepted(&self) -> bool {
        self.standing.is_none()
    }
}

/// A cheap-to-clone handle. It reconnects by itself, and every call ends within seconds.
#[derive(Clone)]
pub struct Queue {
    pub(crate) link: Link,
    pub(crate) policies: Arc<Policies>,
    pub(crate) prefix: Arc<str>,
    pub(crate) now: Now,
    coalescer: Arc<Coalescer>,
}

impl Queue {
    /// Fails only on a bad URL or prefix; a Redis that is away shows at the first call.
    pub fn connect(url: &str, prefix: &str) -> Result<Self, QueueError> {
        if prefix.contains(['{', '}']) || prefix.len() > 100 {
            return Err(QueueError::invalid(format!(
                "REDIS_PREFIX {prefix:?} must be at most 100 bytes without braces"
            )));
        }
        Ok(Self {
            link: Link::open(url)?,
            policies: Arc::default(),
            prefix: prefix.into(),
            now: Now::default(),
            coalescer: Arc::default(),
        })
    }

    /// The same under these policies. Every process of an installation must have the same ones.
    #[must_use]
    pub fn governed_by(self, policies: Policies) -> Self {
        Self {
            policies: policies.into(),
            ..self
        }
    }

    /// What a queue allows and keeps.
    pub fn policy(&self, queue: &str) -> Policy {
        self.policies.of(queue)
    }

    /// Redis's clock.
    pub async fn now(&self) -> Result<Timestamp, QueueError> {
        let (seconds, micros): (i64, i64) = redis::cmd("TIME")
            .query_async(&mut self.link.shared())
            .await?;
        Timestamp::from_microsecond(seconds * 1_000_000 + micros)
            .map_err(|error| QueueError::Corrupt(format!("Redis's clock: {error}")))
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> Result<(), QueueError> {
        Ok(redis::cmd("PING")
            .exec_async(&mut self.link.shared())
            .await?)
    }

    /// How many jobs of a queue wait, now or for their time.
    pub async fn depth(&self, queue: &str) -> Result<u64, QueueError> {
        self.depth_until(queue, Timestamp::MAX).await
    }

    /// How many are ready, or due by `until`.
    pub async fn depth_until(&self, queue: &str, until: Timestamp) -> Result<u64, QueueError> {
        let mut depth = 0;
        for keys in self.partitions(queue) {
            let (entries, tombstones, due): (u64, Option<u64>, u64) = redis::pipe()
                .llen(&keys.ready)
                .hget(&keys.state, "tombstones")
                .zcount(&keys.due, "-inf", until.as_millisecond())
                .query_async(&mut self.link.shared())
                .await?;
            depth += entries.saturating_sub(tombstones.unwrap_or_default()) + due;
        }
        Ok(depth)
    }

    /// The birth mark of each partition: a mark that is not the one you remember says that Redis was
    /// wiped. A queue nobody has used yet has none.
    pub async fn birth_marks(&self, queues: &[&str]) -> Result<Vec<(String, String)>, QueueError> {
        let mut marks = Vec::new();
        for queue in queues {
            for (partition, keys) in self.partitions(queue).enumerate() {
                let mark: Option<String> = self.link.shared().hget(keys.state, "birth").await?;
                marks.extend(mark.map(|mark| (format!("{queue}.{partition}"), mark)));
            }
        }
        Ok(marks)
    }

    /// Makes sure that all processes believe in the same number of partitions: jobs are found by it.
    /// Whoever asks first decides; [`QueueError::Invalid`] names a queue that others have differently.
    pub async fn agree_on_partitions(&self, queues: &[&str]) -> Result<(), QueueError> {
        for queue in queues {
            let (state, ours) = (self.keys(queue).state, self.policies.of(queue).partitions);
            let stored = self.stored_partitions(&state, ours).await?;
            if stored != ours {
                return Err(QueueError::invalid(format!(
                    "queue {queue:?} has {stored} partitions in Redis, and {ours} in this program"
                )));
            }
        }
        Ok(())
    }

    async fn stored_partitions(&self, state: &str, ours: u16) -> Result<u16, QueueError> {
        let mut redis = self.link.shared();
        // Read first: a full Redis refuses to be written to, and must not keep a process from starting.
        if let Some(stored) = redis.hget(state, "partitions").await? {
            return Ok(stored);
        }
        let _: bool = redis.hset_nx(state, "partitions", ours).await?;
        Ok(redis.hget(state, "partitions").await?)
    }

    /// Of the first partition, which every queue has.
    pub(crate) fn keys(&self, queue: &str) -> Keys {
        Keys::new(&self.prefix, queue, 0)
    }

    /// Of the partition in which a job stands.
    pub(crate) fn keys_of(&self, queue: &str, id: JobId) -> Keys {
        let partition = id.partition(self.policies.of(queue).partitions);
        Keys::new(&self.prefix, queue, partition)
    }

    pub(crate) fn partitions(&self, queue: &str) -> impl Iterator<Item = Keys> {
        let all = 0..self.policies.of(queue).partitions;
        all.map(move |partition| Keys::new(&self.prefix, queue, partition))
    }

    pub(crate) fn leader_keys(&self) -> LeaderKeys {
        LeaderKeys::new(&self.prefix)
    }
}

/// A duration as Redis takes it.
pub(crate) fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
