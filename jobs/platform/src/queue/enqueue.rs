//! Enqueueing: one by one (which the coalescer gathers), or many in one call.

use futures_util::{FutureExt as _, StreamExt as _, stream};
use jiff::Timestamp;

use super::{Queue, Receipt, coalesce::CALLS};
use crate::{
    IntoJob, JobId, NewJob, QueueError,
    keys::Keys,
    record,
    scripts::{self, Call},
};

/// Jobs in one call of the script: large enough to be fast, small enough that nobody else waits for it
/// longer than one or two milliseconds. To put a job among a million others that are due later takes
/// three times as long as to put it at the end of the line.
const SLICE: usize = 500;
const SLICE_LATER: usize = SLICE / 5;

/// A job under the id it will have.
pub(crate) type Named = (JobId, NewJob);

impl Queue {
    /// Accepts a job, unless one of its id or unique key stands already.
    ///
    /// Calls at the same time travel together. Dropping the future does not call the job back.
    /// [`QueueError::Unreachable`] leaves open whether it was accepted; enqueue again only with an id
    /// or a unique key, which make that harmless.
    pub async fn enqueue(&self, job: impl IntoJob) -> Result<Receipt, QueueError> {
        let job = named(job.into_job()?)?;
        self.coalescer.enqueue(self, job).await
    }

    /// The same, not before `at`.
    pub async fn enqueue_at(
        &self,
        job: impl IntoJob,
        at: Timestamp,
    ) -> Result<Receipt, QueueError> {
        self.enqueue(job.into_job()?.at(at)).await
    }

    /// Accepts many, in slices of at most 500 of one partition, each slice atomically, two at a time; receipts
    /// come in the order of `jobs`. An error leaves some slices accepted and others not.
    pub async fn enqueue_many(&self, jobs: Vec<NewJob>) -> Result<Vec<Receipt>, QueueError> {
        let jobs = jobs.into_iter().map(named).collect::<Result<Vec<_>, _>>()?;
        let place = |job: &Named| (job.1.queue.clone(), self.partition(job));
        let mut order: Vec<usize> = (0..jobs.len()).collect();
        order.sort_by_cached_key(|i| place(&jobs[*i]));
        let slices: Vec<&[usize]> = order
            .chunk_by(|a, b| place(&jobs[*a]) == place(&jobs[*b]))
            .flat_map(|of_one| {
                let later = of_one.iter().any(|i| jobs[*i].1.run_at.is_some());
                of_one.chunks(if later { SLICE_LATER } else { SLICE })
            })
            .collect();
        let mut receipts: Vec<Option<Receipt>> = vec![None; jobs.len()];
        let mut calls = Vec::with_capacity(slices.len());
        for slice in &slices {
            let slice: Vec<&Named> = slice.iter().map(|i| &jobs[*i]).collect();
            calls.push(async move { self.accept(&slice).await }.boxed());
        }
        let mut answers = stream::iter(calls).buffered(CALLS);
        for slice in &slices {
            let accepted = answers.next().await.transpose()?.unwrap_or_default();
            for (i, receipt) in slice.iter().zip(accepted) {
                receipts[*i] = Some(receipt);
            }
        }
        Ok(receipts.into_iter().flatten().collect())
    }

    pub(super) fn partition(&self, (id, job): &Named) -> u16 {
        id.partition(self.policies.of(&job.queue).partitions)
    }

    /// One call of the script, for jobs of one partition.
    pub(super) async fn accept(&self, jobs: &[&Named]) -> Result<Vec<Receipt>, QueueError> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        self.answer(jobs, &self.call(jobs)).await
    }

    pub(crate) async fn answer(
        &self,
        jobs: &[&Named],
        call: &Call,
    ) -> Result<Vec<Receipt>, QueueError> {
        receipts(jobs, self.link.run(call).await?)
    }

    pub(crate) fn call(&self, jobs: &[&Named]) -> Call {
        let first = jobs.first();
        let (queue, partition) = first.map_or(("", 0), |job| (&*job.1.queue, self.partition(job)));
        let keys = Keys::new(&self.prefix, queue, partition);
        let mut call = scripts::ENQUEUE.on(&keys.all());
        call.arg(self.now.arg());
        for (id, job) in jobs {
            let due = job.run_at.map(|at| at.as_millisecond().to_string());
            let unique = job.unique.as_ref();
            let window = unique.and_then(|unique| unique.scope.window_ms());
            call.arg(id.as_bytes())
                .arg(due.unwrap_or_default())
                .arg(unique.map_or("", |unique| &unique.key))
                .arg(window.map(|ms| ms.to_string()).unwrap_or_default())
                .arg(record::encode(job));
        }
        call
    }
}

pub(crate) fn named(job: NewJob) -> Result<Named, QueueError> {
    job.check()?;
    let unique = job.unique.as_ref().map(|unique| unique.key.as_str());
    let id = job.id.unwrap_or_else(|| JobId::fresh(unique));
    Ok((id, job))
}

fn receipts(
    jobs: &[&Named],
    refused: Vec<(usize, Vec<u8>, String)>,
) -> Result<Vec<Receipt>, QueueError> {
    let accepted = |job: &&Named| Receipt {
        id: job.0,
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
