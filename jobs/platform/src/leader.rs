//! The leader lease: a name that one process holds at a time, and the firing that is fenced by it.
//!
//! Redis decides who holds it. Safety never rests on that: each fire compares owner and term, and
//! remembers the tick, in the same step that queues its job.

use std::{pin::Pin, time::Duration};

use futures_util::{Stream, StreamExt};
use redis::AsyncCommands;
use serde::Serialize;

use crate::{
    JobId, NewJob, Queue, QueueError, SWEEP,
    queue::ms,
    record,
    scripts::{self, Call, Script},
};

/// Who asks to lead: a process at one boot, in one term, with one version of the timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Pod name and boot id: a host name alone is shared by two replicas sooner or later.
    pub owner: String,
    /// From a sequence in Postgres, so that a term never comes back, not even after a wipe.
    pub term: i64,
    /// Of the timetable it would fire.
    pub version: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    Ours,
    /// Another's; this is what its lease has left.
    Theirs(Duration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewed {
    /// Still ours. The newest timetable version that asked lately, which may be our own or 0.
    Ours {
        newest_asked: u32,
    },
    Lost,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fired {
    /// Its job was queued by this call.
    Queued,
    /// It was fired before.
    Remembered,
    /// Only asked about, and never fired.
    Unknown,
    /// The lease is not of this owner and term: nothing was done.
    NotLeader,
}

/// Who leads now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leader {
    pub owner: String,
    pub term: i64,
    pub version: u32,
    /// Milliseconds until the lease expires unless renewed.
    pub left_ms: u64,
}

/// Something to look at now: a hint, never a message one may rely on.
pub type Hints = Pin<Box<dyn Stream<Item = ()> + Send>>;

impl Queue {
    /// Takes the leader lease if nobody has it. Asking again after a lost reply is harmless.
    pub async fn hold(&self, who: &Candidate, ttl: Duration) -> Result<Held, QueueError> {
        let keys = self.leader_keys();
        let mut call = by(&scripts::HOLD, &[&keys.lease, &keys.asked], who);
        call.arg(ms(ttl)).arg(who.version).arg("");
        let left: i64 = self.link.run(&call).await?;
        Ok(
            u64::try_from(left)
                .map_or(Held::Ours, |left| Held::Theirs(Duration::from_millis(left))),
        )
    }

    /// Keeps the lease. `lately` is how long an asking candidate is remembered.
    pub async fn renew(
        &self,
        who: &Candidate,
        ttl: Duration,
        lately: Duration,
    ) -> Result<Renewed, QueueError> {
        let keys = self.leader_keys();
        let mut call = by(&scripts::RENEW, &[&keys.lease, &keys.asked], who);
        call.arg(ms(ttl)).arg(ms(lately)).arg("");
        let newest: i64 = self.link.run(&call).await?;
        Ok(u32::try_from(newest)
            .map_or(Renewed::Lost, |newest_asked| Renewed::Ours { newest_asked }))
    }

    /// Gives the lease up and wakes who waits for it; whether it was ours.
    pub async fn let_go(&self, who: &Candidate) -> Result<bool, QueueError> {
        let keys = self.leader_keys();
        let call = by(&scripts::LET_GO, &[&keys.lease, &keys.hints], who);
        self.link.run(&call).await
    }

    pub async fn leader(&self) -> Result<Option<Leader>, QueueError> {
        let key = self.leader_keys().lease;
        let (owner, term, version, left): (Option<String>, Option<i64>, Option<u32>, i64) =
            redis::pipe()
                .hget(&key, "owner")
                .hget(&key, "term")
                .hget(&key, "version")
                .pttl(&key)
                .query_async(&mut self.link.shared())
                .await?;
        let Some((owner, term)) = owner.zip(term) else {
            return Ok(None);
        };
        Ok(Some(Leader {
            owner,
            term,
            version: version.unwrap_or_default(),
            left_ms: u64::try_from(left).unwrap_or_default(),
        }))
    }

    /// Queues the job of a tick once ever, if the lease is ours: fence, dedupe and enqueue are one
    /// atomic step. The job gets the id [`JobId::derived_from`] the tick's, and goes to [`SWEEP`].
    pub async fn fire(
        &self,
        who: &Candidate,
        tick_id: &str,
        job: &NewJob,
        remember: Duration,
    ) -> Result<Fired, QueueError> {
        job.check()?;
        if job.queue != SWEEP {
            return Err(QueueError::invalid(format!(
                "a tick fires jobs of queue {SWEEP} only, not of {}",
                job.queue
            )));
        }
        let id = JobId::derived_from(tick_id);
        self.fire_or_ask(
            who,
            tick_id,
            remember,
            &id.as_bytes()[..],
            record::encode(job),
        )
        .await
    }

    /// Whether a tick was fired, asked under the same fence.
    pub async fn ask_fired(&self, who: &Candidate, tick_id: &str) -> Result<Fired, QueueError> {
        self.fire_or_ask(who, tick_id, Duration::ZERO, &[], Vec::new())
            .await
    }

    async fn fire_or_ask(
        &self,
        who: &Candidate,
        tick_id: &str,
        remember: Duration,
        id: &[u8],
        record: Vec<u8>,
    ) -> Result<Fired, QueueError> {
        let (leader, sweep) = (self.leader_keys(), self.keys(SWEEP));
        let mut keys = sweep.all().to_vec();
        keys.extend([&leader.lease, &leader.fired]);
        let mut call = scripts::FIRE.on(&keys);
        call.arg(self.now.arg()).arg(&who.owner).arg(who.term);
        call.arg(tick_id).arg(ms(remember)).arg(id).arg(record);
        let answer: String = self.link.run(&call).await?;
        match answer.as_str() {
            "queued" => Ok(Fired::Queued),
            "remembered" => Ok(Fired::Remembered),
            "unknown" => Ok(Fired::Unknown),
            "not leader" => Ok(Fired::NotLeader),
            other => Err(QueueError::Corrupt(format!(
                "the fire script answered {other:?}"
            ))),
        }
    }

    /// Tells the schedulers that there is something to look at.
    pub async fn nudge(&self) -> Result<(), QueueError> {
        let channel = self.leader_keys().hints;
        Ok(self.link.shared().publish(channel, "look").await?)
    }

    /// Hints as they come. It ends when its connection does; then ask for another.
    pub async fn hints(&self) -> Result<Hints, QueueError> {
        let mut listening = self.link.listening().await?;
        listening.subscribe(self.leader_keys().hints).await?;
        Ok(Box::pin(listening.into_on_message().map(|_| ())))
    }
}

fn by(script: &'static Script, keys: &[&String], who: &Candidate) -> Call {
    let mut call = script.on(keys);
    call.arg(&who.owner).arg(who.term);
    call
}
