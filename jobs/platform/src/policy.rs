//! What a queue allows and keeps: the same for all its jobs, over all workers.

use std::{collections::BTreeMap, time::Duration};

use crate::QueueError;

/// How a queue behaves. The default: one partition, no limit, nothing kept but the dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// On how many slots of a Redis Cluster its jobs are spread. Stored in Redis at the first start;
    /// a process that believes another count does not start.
    pub partitions: u16,
    /// Jobs running at a time over all workers. Such a queue has one partition.
    pub max_running: Option<u32>,
    /// Jobs started in a time over all workers. Such a queue has one partition.
    pub rate: Option<Rate>,
    /// Of the done and the cancelled.
    pub keep_done: Keep,
    pub keep_dead: Keep,
}

/// A token bucket on Redis's clock: `count` tokens come in `per`, at most `burst` are saved up, so in
/// any `per` at most `count + burst` jobs start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub count: u32,
    pub per: Duration,
    pub burst: u32,
}

/// How long ended jobs are kept, and how many of them at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    pub time: Duration,
    pub count: u64,
}

impl Rate {
    /// `count` in `per`, a tenth of them in one burst.
    pub const fn new(count: u32, per: Duration) -> Self {
        let burst = count.div_ceil(10);
        Self { count, per, burst }
    }
}

impl Keep {
    pub const NOTHING: Self = Self {
        time: Duration::ZERO,
        count: 0,
    };

    pub const fn for_days(days: u64, count: u64) -> Self {
        Self {
            time: Duration::from_secs(days * 24 * 3600),
            count,
        }
    }
}

impl Policy {
    /// A month is time enough to look at what went wrong, and a hundred thousand are more than anybody
    /// looks at one by one.
    pub const DEFAULT: Self = Self {
        partitions: 1,
        max_running: None,
        rate: None,
        keep_done: Keep::NOTHING,
        keep_dead: Keep::for_days(30, 100_000),
    };

    /// Whether a job that ends makes room for one that waits.
    pub(crate) fn is_capped(&self) -> bool {
        self.max_running.is_some()
    }

    /// Whether jobs may be claimed before a slot is free for them: not where each one counts.
    pub(crate) fn may_prefetch(&self) -> bool {
        self.max_running.is_none() && self.rate.is_none()
    }

    fn check(&self, queue: &str) -> Result<(), QueueError> {
        let limited = self.max_running.is_some() || self.rate.is_some();
        let wrong = match self {
            Self { partitions: 0, .. } => "must have at least one partition",
            Self {
                partitions: 2.., ..
            } if limited => "has a limit over all workers, so it must have one partition",
            Self {
                max_running: Some(0),
                ..
            } => "may never run a job",
            Self {
                rate: Some(Rate { count, per, burst }),
                ..
            } if *count == 0 || per.is_zero() || *burst == 0 => {
                "has a rate that never starts a job"
            }
            _ => return Ok(()),
        };
        Err(QueueError::invalid(format!("queue {queue:?} {wrong}")))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The policies of all queues that differ from the default.
#[derive(Debug, Clone, Default)]
pub struct Policies(BTreeMap<String, Policy>);

impl Policies {
    /// Refuses a policy that can't be kept, naming the queue.
    pub fn with(mut self, queue: &str, policy: Policy) -> Result<Self, QueueError> {
        policy.check(queue)?;
        self.0.insert(queue.to_owned(), policy);
        Ok(self)
    }

    pub fn of(&self, queue: &str) -> Policy {
        self.0.get(queue).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_over_all_workers_and_several_partitions_exclude_each_other() {
        let policy = Policy {
            partitions: 4,
            max_running: Some(1),
            ..Policy::DEFAULT
        };
        let refused = Policies::default().with("mail", policy).unwrap_err();
        assert!(refused.to_string().contains("\"mail\""), "{refused}");
    }

    #[test]
    fn a_rate_saves_up_a_tenth_of_itself() {
        assert_eq!(Rate::new(500, Duration::from_hours(1)).burst, 50);
        assert_eq!(Rate::new(1, Duration::from_secs(1)).burst, 1);
    }
}
