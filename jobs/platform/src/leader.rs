//! The leader lease: a name that one process holds at a time, and the firing that is fenced by it.
//!
//! Redis decides who holds it. Safety never rests on that: each fire compares owner and term, and
//! remembers the tick, in the same step that queues its job.

mod fire;

use std::{pin::Pin, time::Duration};

use futures_util::{Stream, StreamExt};
use redis::AsyncCommands;
use serde::Serialize;

pub use self::fire::Fired;
use crate::{
    Queue, QueueError,
    queue::ms,
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewed {
    Ours {
        /// Each timetable version that asked to lead, as far as Redis remembers.
        asked: Vec<Asked>,
        /// An operator wants another replica to lead.
        step_down: bool,
    },
    Lost,
}

/// A timetable version that asked to lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub version: u32,
    /// How long ago it last did.
    pub ago: Duration,
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

    /// Keeps the lease.
    pub async fn renew(&self, who: &Candidate, ttl: Duration) -> Result<Renewed, QueueError> {
        let keys = self.leader_keys();
        let mut call = by(&scripts::RENEW, &[&keys.lease, &keys.asked], who);
        call.arg(ms(ttl)).arg("");
        let answer: Vec<u64> = self.link.run(&call).await?;
        Ok(match answer.split_first() {
            Some((standing @ (1 | 2), pairs)) => Renewed::Ours {
                asked: pairs.as_chunks().0.iter().filter_map(asked).collect(),
                step_down: *standing == 2,
            },
            _ => Renewed::Lost,
        })
    }

    /// Asks the leader of this term to let another lead; whether it still leads.
    pub async fn ask_to_step_down(&self, term: i64) -> Result<bool, QueueError> {
        let keys = self.leader_keys();
        let mut call = scripts::STEP_DOWN.on(&[&keys.lease, &keys.hints]);
        call.arg(term);
        self.link.run(&call).await
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

fn asked([version, ago]: &[u64; 2]) -> Option<Asked> {
    let (version, ago) = (u32::try_from(*version).ok()?, Duration::from_millis(*ago));
    Some(Asked { version, ago })
}
