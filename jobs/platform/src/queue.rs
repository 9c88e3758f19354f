//! The handle on all queues: who wants work done holds one of these.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use redis::AsyncCommands;

use crate::{
    IntoJob, JobId, NewJob, QueueError, State,
    keys::{Keys, LeaderKeys},
    link::Link,
    record, scripts,
};

/// Jobs in one call of the enqueue script: large enough to be fast, small enough that nobody else
/// waits for it longer than about a millisecond.
const SLICE: usize = 500;

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
    prefix: Arc<str>,
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
            prefix: prefix.into(),
        })
    }

    /// Accepts a job, unless one of its id or unique key stands already.
    ///
    /// [`QueueError::Unreachable`] leaves open whether it was accepted; enqueue again only with an id
    /// or a unique key, which make that harmless.
    pub async fn enqueue(&self, job: impl IntoJob) -> Result<Receipt, QueueError> {
        let job = job.into_job()?;
        let (queue, id) = (job.queue.clone(), chosen_id(&job));
        let mut receipts = self.accept(&queue, &[(id, job)]).await?;
        receipts
            .pop()
            .ok_or_else(|| QueueError::Corrupt("no receipt for a job".to_owned()))
    }

    /// The same, not before `at`.
    pub async fn enqueue_at(
        &self,
        job: impl IntoJob,
        at: Timestamp,
    ) -> Result<Receipt, QueueError> {
        self.enqueue(job.into_job()?.at(at)).await
    }

    /// Accepts many, in slices of 500, each slice atomically; receipts come in the order of `jobs`.
    /// An error leaves the slices before it accepted.
    pub async fn enqueue_many(&self, jobs: Vec<NewJob>) -> Result<Vec<Receipt>, QueueError> {
        let mut waiting: Vec<(usize, JobId, NewJob)> = Vec::with_capacity(jobs.len());
        waiting.extend(
            jobs.into_iter()
                .enumerate()
                .map(|(place, job)| (place, chosen_id(&job), job)),
        );
        waiting.sort_by(|(_, _, a), (_, _, b)| a.queue.cmp(&b.queue));
        let mut receipts: Vec<(usize, Receipt)> = Vec::with_capacity(waiting.len());
        for of_queue in waiting.chunk_by(|(_, _, a), (_, _, b)| a.queue == b.queue) {
            for slice in of_queue.chunks(SLICE) {
                let jobs: Vec<_> = slice
                    .iter()
                    .map(|(_, id, job)| (*id, job.clone()))
                    .collect();
                let accepted = self.accept(&jobs[0].1.queue, &jobs).await?;
                receipts.extend(slice.iter().map(|(place, ..)| *place).zip(accepted));
            }
        }
        receipts.sort_by_key(|(place, _)| *place);
        Ok(receipts.into_iter().map(|(_, receipt)| receipt).collect())
    }

    async fn accept(
        &self,
        queue: &str,
        jobs: &[(JobId, NewJob)],
    ) -> Result<Vec<Receipt>, QueueError> {
        jobs.iter().try_for_each(|(_, job)| job.check())?;
        let keys = self.keys(queue);
        let mut call = scripts::ENQUEUE.prepare_invoke();
        for key in [&keys.jobs, &keys.ready, &keys.due, &keys.leases, &keys.dead] {
            call.key(key);
        }
        for key in [
            &keys.done,
            &keys.trail,
            &keys.unique,
            &keys.state,
            &keys.wake,
        ] {
            call.key(key);
        }
        call.arg("");
        for (id, job) in jobs {
            let due = job
                .run_at
                .map(|at| at.as_millisecond().to_string())
                .unwrap_or_default();
            call.arg(id.as_bytes())
                .arg(due)
                .arg(job.unique.as_deref().unwrap_or_default());
            call.arg(record::encode(job));
        }
        let refused: Vec<(usize, Vec<u8>, String)> = self.link.run(&call).await?;
        receipts(jobs, refused)
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
        let keys = self.keys(queue);
        let mut redis = self.link.shared();
        let (ready, due): (u64, u64) = redis::pipe()
            .llen(&keys.ready)
            .zcard(&keys.due)
            .query_async(&mut redis)
            .await?;
        Ok(ready + due)
    }

    /// The birth mark of each queue's partition: a mark that is not the one you remember says that
    /// Redis was wiped. A queue nobody has used yet has none.
    pub async fn birth_marks(&self, queues: &[&str]) -> Result<Vec<(String, String)>, QueueError> {
        let mut marks = Vec::new();
        for queue in queues {
            let state = self.keys(queue).state;
            let mark: Option<String> = self.link.shared().hget(state, "birth").await?;
            marks.extend(mark.map(|mark| (format!("{queue}.0"), mark)));
        }
        Ok(marks)
    }

    pub(crate) fn keys(&self, queue: &str) -> Keys {
        Keys::new(&self.prefix, queue, 0)
    }

    pub(crate) fn leader_keys(&self) -> LeaderKeys {
        LeaderKeys::new(&self.prefix)
    }
}

/// A duration as Redis takes it.
pub(crate) fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn chosen_id(job: &NewJob) -> JobId {
    job.id
        .unwrap_or_else(|| JobId::fresh(job.unique.as_deref()))
}

fn receipts(
    jobs: &[(JobId, NewJob)],
    refused: Vec<(usize, Vec<u8>, String)>,
) -> Result<Vec<Receipt>, QueueError> {
    let accepted = |(id, _): &(JobId, NewJob)| Receipt {
        id: *id,
        standing: None,
    };
    let mut receipts: Vec<Receipt> = jobs.iter().map(accepted).collect();
    for (place, id, state) in refused {
        let receipt = place
            .checked_sub(1)
            .and_then(|place| receipts.get_mut(place));
        let (Some(receipt), Ok(id), Ok(state)) = (receipt, id.try_into(), state.parse()) else {
            return Err(QueueError::Corrupt(
                "an answer about a job nobody asked about".to_owned(),
            ));
        };
        *receipt = Receipt {
            id: JobId::from_bytes(id),
            standing: Some(state),
        };
    }
    Ok(receipts)
}
