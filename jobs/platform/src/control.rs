//! What somebody asks of jobs and queues while they are on their way: stop, wait, go on.

use std::time::Duration;

use jiff::Timestamp;
use redis::AsyncCommands;

use crate::{JobId, Mended, Queue, QueueError, State, Under, queue::ms, scripts, trail::redact};

/// What became of a wish about one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// It is so.
    Granted,
    /// It runs: its worker is told, and drops it within a second, unless it is done by then.
    Stopping,
    /// It stands elsewhere, so nothing was changed. `Done` is also what nobody remembers.
    TooLate(State),
}

/// Why a queue is not claimed from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Pause {
    /// `None`: until somebody resumes it.
    pub until: Option<Timestamp>,
    pub since: Option<Timestamp>,
    pub reason: String,
    pub by: String,
}

impl Queue {
    /// Calls a job off. Whoever wanted it (its origin) must have changed their mind before, or it is
    /// enqueued again.
    pub async fn cancel(&self, queue: &str, id: JobId, reason: &str) -> Result<Wish, QueueError> {
        let mended = self
            .cancel_slice(queue, &[id], Under::default(), reason)
            .await?;
        Ok(match mended.first() {
            Some(Mended::Touched | Mended::Elsewhere(Some(State::Cancelled))) => Wish::Granted,
            Some(Mended::Stopping) => Wish::Stopping,
            Some(Mended::Elsewhere(Some(state))) => Wish::TooLate(*state),
            _ => Wish::TooLate(State::Done),
        })
    }

    /// Gives a job that waits for its time another one; `None`: at once.
    pub async fn reschedule(
        &self,
        queue: &str,
        id: JobId,
        at: Option<Timestamp>,
    ) -> Result<Wish, QueueError> {
        let keys = self.keys_of(queue, id);
        let mut call = scripts::RESCHEDULE.on(&keys.all());
        call.arg(self.now.arg()).arg(id.as_bytes());
        call.arg(at.map_or(String::new(), |at| at.as_millisecond().to_string()));
        wish(&self.link.run::<String>(&call).await?)
    }

    /// Stops a queue from being claimed from, for so long or until resumed. What runs goes on.
    /// Answers whether it was paused already.
    pub async fn pause(
        &self,
        queue: &str,
        long: Option<Duration>,
        reason: &str,
        by: &str,
    ) -> Result<bool, QueueError> {
        let long = long.map_or(0, |long| ms(long).max(1));
        self.set_pause(queue, &long.to_string(), reason, by).await
    }

    /// Lets a queue go on. Answers whether it was paused.
    pub async fn resume(&self, queue: &str) -> Result<bool, QueueError> {
        self.set_pause(queue, "", "", "").await
    }

    async fn set_pause(
        &self,
        queue: &str,
        long: &str,
        reason: &str,
        by: &str,
    ) -> Result<bool, QueueError> {
        let mut before = false;
        for keys in self.partitions(queue) {
            let mut call = scripts::PAUSE.on(&keys.all());
            call.arg(self.now.arg())
                .arg(long)
                .arg(redact(reason))
                .arg(redact(by));
            before |= self.link.run::<bool>(&call).await?;
        }
        Ok(before)
    }

    /// Whether and why a queue is paused.
    pub async fn paused(&self, queue: &str) -> Result<Option<Pause>, QueueError> {
        let state = self.keys(queue).state;
        let fields = ["paused", "pause_reason", "pause_by", "paused_at"];
        let (until, reason, by, since): Paused = self.link.shared().hmget(state, &fields).await?;
        let Some(until) = until else { return Ok(None) };
        if until != 0 && until <= self.now().await?.as_millisecond() {
            return Ok(None);
        }
        let time = |ms| Timestamp::from_millisecond(ms).ok();
        Ok(Some(Pause {
            until: time(until).filter(|until| *until != Timestamp::UNIX_EPOCH),
            since: since.and_then(time),
            reason: reason.unwrap_or_default(),
            by: by.unwrap_or_default(),
        }))
    }
}

type Paused = (Option<i64>, Option<String>, Option<String>, Option<i64>);

fn wish(answer: &str) -> Result<Wish, QueueError> {
    Ok(match answer {
        "granted" => Wish::Granted,
        "stopping" => Wish::Stopping,
        state => Wish::TooLate(state.parse().map_err(QueueError::Corrupt)?),
    })
}
