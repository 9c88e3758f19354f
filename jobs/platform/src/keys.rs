//! Every key in Redis, spelled once.
//!
//! All keys of a partition share the hash tag `{queue.partition}`, so that one script may touch them
//! all on a Redis Cluster. None is built from a job, so each script can declare what it touches.

/// The keys of one partition of a queue.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    /// hash: id → record
    pub(crate) jobs: String,
    /// list of entries
    pub(crate) ready: String,
    /// zset: entry → ms when it is due
    pub(crate) due: String,
    /// zset: entry + fence → ms when the lease expires
    pub(crate) leases: String,
    /// zset: id → ms when it was given up
    pub(crate) dead: String,
    /// zset: id → ms when it was done, where a kind retains that
    pub(crate) done: String,
    /// hash: id → attempt, lost, the last errors and since when it is to run; only of jobs that did not run
    /// smoothly, or were put off
    pub(crate) trail: String,
    /// hash: unique key → id of the job that holds it
    pub(crate) unique: String,
    /// zset: unique key → ms until which it is held, where a window was asked for
    pub(crate) unique_until: String,
    /// hash: id → reason; only of running jobs that are to stop
    pub(crate) cancel: String,
    /// hash: birth mark, counts, pause, rate bucket
    pub(crate) state: String,
    /// list of at most one token, for who waits without polling
    pub(crate) wake: String,
    /// hash: receipt of work in bulk → how many jobs it has touched here
    pub(crate) receipts: String,
    /// zset: id → ms when it was deleted
    pub(crate) deleted: String,
    /// hash: id → all of a deleted job, for as long as it can be restored
    pub(crate) bin: String,
}

impl Keys {
    pub(crate) fn new(prefix: &str, queue: &str, partition: u16) -> Self {
        let key = |name| format!("{prefix}{{{queue}.{partition}}}:{name}");
        Self {
            jobs: key("jobs"),
            ready: key("ready"),
            due: key("due"),
            leases: key("leases"),
            dead: key("dead"),
            done: key("done"),
            trail: key("trail"),
            unique: key("unique"),
            unique_until: key("unique-until"),
            cancel: key("cancel"),
            state: key("state"),
            wake: key("wake"),
            receipts: key("receipts"),
            deleted: key("deleted"),
            bin: key("bin"),
        }
    }
}

impl Keys {
    pub(crate) fn all(&self) -> [&String; 12] {
        [
            &self.jobs,
            &self.ready,
            &self.due,
            &self.leases,
            &self.dead,
            &self.done,
            &self.trail,
            &self.unique,
            &self.unique_until,
            &self.cancel,
            &self.state,
            &self.wake,
        ]
    }

    /// Of the scripts that mend jobs for an operator, which count what they touch, and keep what they
    /// delete.
    pub(crate) fn mending(&self) -> Vec<&String> {
        let more = [&self.receipts, &self.deleted, &self.bin];
        self.all().into_iter().chain(more).collect()
    }
}

/// The queue whose hash tag the leader lease, its term and the memory of ticks share: the timetable
/// fires jobs of this queue only, so that fence, dedupe and enqueue are one script.
pub const SWEEP: &str = "sweep";

/// The keys of leadership, in the slot of [`SWEEP`]'s only partition.
#[derive(Debug, Clone)]
pub(crate) struct LeaderKeys {
    /// hash: owner, term, version, and whether it was asked to step down; lives as long as the lease
    pub(crate) lease: String,
    /// zset: timetable version → ms when a candidate of it last asked
    pub(crate) asked: String,
    /// zset: tick id → ms when it was fired
    pub(crate) fired: String,
    /// pub/sub channel: something to look at now
    pub(crate) hints: String,
}

impl LeaderKeys {
    pub(crate) fn new(prefix: &str) -> Self {
        let key = |name| format!("{prefix}{{{SWEEP}.0}}:{name}");
        Self {
            lease: key("leader"),
            asked: key("leader-asked"),
            fired: key("fired"),
            hints: key("hints"),
        }
    }
}

/// The bucket of an allowance: a hash of its tokens, and of when who found it empty may come back.
pub(crate) fn allowance(prefix: &str, name: &str) -> String {
    format!("{prefix}{{allowance}}:{name}")
}

/// The keys of the roster: which workers there are. They share a hash tag of their own.
#[derive(Debug, Clone)]
pub(crate) struct RosterKeys {
    /// zset: worker → ms when it was last seen
    pub(crate) seen: String,
    /// hash: worker → what it says of itself
    pub(crate) said: String,
    /// hash: worker → what an operator wishes of it
    pub(crate) wishes: String,
}

impl RosterKeys {
    pub(crate) fn new(prefix: &str) -> Self {
        let key = |name| format!("{prefix}{{workers}}:{name}");
        Self {
            seen: key("seen"),
            said: key("said"),
            wishes: key("wishes"),
        }
    }
}
