//! Where the jobs of a plan come from: named, found on a walk, or in the bin.

use platform::{
    JobId, Queue,
    inspect::{JobView, MOST_IN_PAGE, Spot},
};
use uuid::Uuid;

use super::{Plan, Verb};
use crate::{Filter, Matcher, Trouble, jobs, redis, walk::Walk};

/// Jobs of one partition of one queue.
pub(super) struct Batch {
    pub(super) queue: &'static str,
    pub(super) jobs: Vec<Wanted>,
    pub(super) looked: usize,
}

/// A job to be touched: whole where it stands, and of what is in the bin only its row.
pub(super) struct Wanted {
    pub(super) id: JobId,
    pub(super) origin: String,
    pub(super) view: Option<JobView>,
}

pub(super) enum Source {
    Named {
        queue: Queue,
        left: Vec<JobId>,
        missing: Vec<JobId>,
    },
    Found(Box<(Walk, Matcher)>),
    Binned {
        queue: Queue,
        receipt: Uuid,
        stretches: Vec<(&'static str, u16)>,
        after: Option<Spot>,
    },
}

impl Source {
    pub(super) fn of(queue: &Queue, plan: &Plan) -> Result<Self, Trouble> {
        if plan.verb == Verb::Undo {
            let receipt = plan.undoes.unwrap_or_default();
            let names = Filter::default().queues()?.into_iter();
            let stretches =
                names.flat_map(|name| (0..queue.partitions_of(name)).map(move |p| (name, p)));
            let (queue, stretches) = (queue.clone(), stretches.collect());
            return Ok(Self::Binned {
                queue,
                receipt,
                stretches,
                after: None,
            });
        }
        if !plan.filter.ids.is_empty() {
            let (queue, mut left) = (queue.clone(), plan.filter.ids.clone());
            left.sort_unstable();
            left.dedup();
            return Ok(Self::Named {
                queue,
                left,
                missing: Vec::new(),
            });
        }
        Ok(Self::Found(Box::new((
            Walk::for_writing(queue, &plan.filter)?,
            plan.filter.compile()?,
        ))))
    }

    pub(super) fn missing(self) -> Vec<JobId> {
        match self {
            Self::Named { missing, .. } => missing,
            Self::Found(_) | Self::Binned { .. } => Vec::new(),
        }
    }

    /// `None`: that was all.
    pub(super) async fn next(&mut self) -> Result<Option<Batch>, Trouble> {
        match self {
            Self::Named {
                queue,
                left,
                missing,
            } => named(queue, left, missing).await,
            Self::Found(way) => found(&mut way.0, &way.1).await,
            Self::Binned {
                queue,
                receipt,
                stretches,
                after,
            } => binned(queue, *receipt, stretches, after).await,
        }
    }
}

/// One at a time: they may be of any queue, and are few.
async fn named(
    queue: &Queue,
    left: &mut Vec<JobId>,
    missing: &mut Vec<JobId>,
) -> Result<Option<Batch>, Trouble> {
    while let Some(id) = left.pop() {
        match jobs::find(queue, id).await {
            Ok(job) => {
                let name = crate::queues::known(&job.queue)?;
                return Ok(Some(Batch {
                    queue: name,
                    jobs: vec![wanted(job)],
                    looked: 1,
                }));
            }
            Err(Trouble::NotFound(_)) => missing.push(id),
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(None)
}

async fn found(walk: &mut Walk, matcher: &Matcher) -> Result<Option<Batch>, Trouble> {
    let Some(chunk) = walk.next(MOST_IN_PAGE).await? else {
        return Ok(None);
    };
    let jobs = chunk.jobs.into_iter().map(|(job, _)| job);
    Ok(Some(Batch {
        queue: chunk.queue,
        jobs: jobs
            .filter(|job| matcher.matches(job))
            .map(wanted)
            .collect(),
        looked: chunk.looked,
    }))
}

fn wanted(job: JobView) -> Wanted {
    Wanted {
        id: job.id,
        origin: job.origin.clone(),
        view: Some(job),
    }
}

async fn binned(
    queue: &Queue,
    receipt: Uuid,
    stretches: &mut Vec<(&'static str, u16)>,
    after: &mut Option<Spot>,
) -> Result<Option<Batch>, Trouble> {
    let Some((name, partition)) = stretches.last().copied() else {
        return Ok(None);
    };
    let deleted = queue.deleted(name, partition, Some(receipt), after.as_ref());
    let slice = redis(deleted).await?;
    if slice.next.is_none() {
        stretches.pop();
    }
    *after = slice.next;
    let jobs = slice.jobs.into_iter().map(|one| Wanted {
        id: one.id,
        origin: one.origin,
        view: None,
    });
    Ok(Some(Batch {
        queue: name,
        jobs: jobs.collect(),
        looked: slice.looked,
    }))
}
