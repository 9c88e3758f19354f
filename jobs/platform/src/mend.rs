//! What an operator changes about jobs, a slice of one partition at a time.
//!
//! One call mends up to [`MOST_IN_SLICE`] jobs, and counts them under a receipt in the same step.
//! Asked twice, it touches each job once: what was touched does not stand as it did before.

mod admit;
mod bin;
mod edit;
mod locks;
mod receipts;

use jiff::Timestamp;
use uuid::Uuid;

pub use self::{
    bin::{BinSlice, Binned},
    edit::Edited,
};
use crate::{
    JobId, Queue, QueueError, State,
    keys::Keys,
    policy::Keep,
    queue::ms,
    scripts::{self, Call, Script},
    trail::redact,
};

/// Jobs in one call: nobody else waits for it longer than about a millisecond.
pub const MOST_IN_SLICE: usize = 200;

/// For how long, and how many, deleted jobs can be restored.
pub const BIN: Keep = Keep::for_days(7, 100_000);

/// Under which receipt a slice is mended, and what it may touch.
#[derive(Debug, Clone, Copy, Default)]
pub struct Under {
    pub receipt: Option<Uuid>,
    /// Not what ended after this: it has had its turn.
    pub as_of: Option<Timestamp>,
}

/// What became of one job of a slice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mended {
    Touched,
    /// It runs: its worker is told, and drops it within a second, unless it is done by then.
    Stopping,
    /// It has ended once more since the work began.
    EndedSince,
    /// It stands elsewhere, or nobody knows of it any more, so nothing was changed.
    Elsewhere(Option<State>),
    KeyHeldBy(JobId),
}

impl Under {
    fn receipt(self) -> String {
        self.receipt.map_or(String::new(), |id| id.to_string())
    }

    fn as_of(self) -> String {
        self.as_of
            .map_or(String::new(), |at| at.as_millisecond().to_string())
    }
}

impl Queue {
    /// In which partition of its queue a job stands: a slice is of one.
    pub fn partition_of(&self, queue: &str, id: JobId) -> u16 {
        id.partition(self.policies.of(queue).partitions)
    }

    /// Gives dead jobs all their attempts again.
    pub async fn retry_slice(
        &self,
        queue: &str,
        ids: &[JobId],
        under: Under,
    ) -> Result<Vec<Mended>, QueueError> {
        let call = |call: &mut Call| {
            call.arg(under.as_of());
        };
        self.mend(&scripts::RETRY, queue, ids, under, call).await
    }

    /// Calls jobs off. Whoever wanted them must have changed their mind before.
    pub async fn cancel_slice(
        &self,
        queue: &str,
        ids: &[JobId],
        under: Under,
        reason: &str,
    ) -> Result<Vec<Mended>, QueueError> {
        let kept = ms(self.policies.of(queue).keep_done.time);
        let call = |call: &mut Call| {
            call.arg(kept).arg(redact(reason));
        };
        self.mend(&scripts::CANCEL, queue, ids, under, call).await
    }

    /// Moves jobs that neither wait in line nor run into the bin. Whoever wanted them must have changed
    /// their mind before.
    pub async fn delete_slice(
        &self,
        queue: &str,
        ids: &[JobId],
        under: Under,
    ) -> Result<Vec<Mended>, QueueError> {
        let call = |call: &mut Call| {
            call.arg(ms(BIN.time)).arg(BIN.count).arg(under.as_of());
        };
        self.mend(&scripts::DELETE, queue, ids, under, call).await
    }

    /// Puts deleted jobs back to where they were.
    pub async fn restore_slice(
        &self,
        queue: &str,
        ids: &[JobId],
        under: Under,
    ) -> Result<Vec<Mended>, QueueError> {
        self.mend(&scripts::RESTORE, queue, ids, under, |_| {})
            .await
    }

    /// Forgets jobs for good, with all that they carried: those that stand in one of these states and do
    /// not run; or, if none is named, wherever they are, also in the bin, and what runs is told to stop.
    pub async fn erase_slice(
        &self,
        queue: &str,
        ids: &[JobId],
        under: Under,
        among: &[State],
        reason: &str,
    ) -> Result<Vec<Mended>, QueueError> {
        let among: Vec<_> = among.iter().map(|state| state.as_str()).collect();
        let call = |call: &mut Call| {
            call.arg(redact(reason))
                .arg(under.as_of())
                .arg(among.join(" "));
        };
        self.mend(&scripts::ERASE, queue, ids, under, call).await
    }

    async fn mend(
        &self,
        script: &'static Script,
        queue: &str,
        ids: &[JobId],
        under: Under,
        args: impl FnOnce(&mut Call),
    ) -> Result<Vec<Mended>, QueueError> {
        let Some(first) = ids.first() else {
            return Ok(Vec::new());
        };
        let partition = self.partition_of(queue, *first);
        let apart = |id: &JobId| self.partition_of(queue, *id) != partition;
        if ids.len() > MOST_IN_SLICE || ids.iter().any(apart) {
            return Err(QueueError::invalid(format!(
                "a slice is at most {MOST_IN_SLICE} jobs of one partition"
            )));
        }
        let keys = Keys::new(&self.prefix, queue, partition);
        let mut call = script.on(&keys.mending());
        call.arg(self.now.arg()).arg(under.receipt());
        args(&mut call);
        for id in ids {
            call.arg(id.as_bytes());
        }
        let answers: Vec<Vec<u8>> = self.link.run(&call).await?;
        answers.iter().map(|answer| mended(answer)).collect()
    }
}

fn mended(answer: &[u8]) -> Result<Mended, QueueError> {
    let odd = || QueueError::Corrupt("a script mended what nobody asked for".to_owned());
    if let Ok(holder) = answer.try_into() {
        return Ok(Mended::KeyHeldBy(JobId::from_bytes(holder)));
    }
    Ok(match str::from_utf8(answer).map_err(|_| odd())? {
        "retried" | "granted" | "deleted" | "restored" | "erased" => Mended::Touched,
        "stopping" => Mended::Stopping,
        "later" => Mended::EndedSince,
        "gone" => Mended::Elsewhere(None),
        state => Mended::Elsewhere(Some(state.parse().map_err(QueueError::Corrupt)?)),
    })
}
