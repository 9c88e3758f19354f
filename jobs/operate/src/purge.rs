//! Forgetting a person, and proving it: their rows first, so that nothing wants their jobs any more,
//! then the jobs, then another look at everything.

use std::time::Duration;

use platform::{Binned, JobId, MOST_IN_SLICE, Mended, Queue, Under, inspect::MOST_IN_PAGE};
use serde::Serialize;
use store::{Held, UserId};
use uuid::Uuid;

use crate::{Filter, Operator, Trouble, postgres, redis, walk::Walk};

/// How often one looks again after jobs that were running.
const LOOKS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(500);
const WHY: &str = "its person was forgotten";

/// What there is of a person, or was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Traces {
    #[serde(flatten)]
    pub rows: Held,
    /// Jobs of theirs, wherever they stand.
    pub jobs: u64,
    /// And those that were deleted, and could be restored.
    pub binned: u64,
}

#[derive(Debug, Serialize)]
pub struct Purged {
    pub receipt: Uuid,
    pub before: Traces,
    /// What is left: nothing, unless something of theirs would not stop.
    pub left: Traces,
}

impl Traces {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What there is of a person. It reads the whole backlog, page by page.
pub async fn traces(operator: &Operator, user: UserId) -> Result<Traces, Trouble> {
    let (mut jobs, mut binned) = (0, 0);
    let rows = postgres(operator.store.held_of(user)).await?;
    each_slice(&operator.queue, user, async |_, ids, in_bin| {
        let many = u64::try_from(ids.len()).unwrap_or_default();
        *(if in_bin { &mut binned } else { &mut jobs }) += many;
        Ok(())
    })
    .await?;
    Ok(Traces { rows, jobs, binned })
}

/// The same of somebody of whom there is something.
pub async fn known(operator: &Operator, user: UserId) -> Result<Traces, Trouble> {
    let traces = traces(operator, user).await?;
    if traces.is_nothing() {
        return Err(Trouble::NotFound(format!(
            "there is nothing of user {user}"
        )));
    }
    Ok(traces)
}

/// Forgets a person. Cut off anywhere, it is done again from the start.
pub async fn purge(
    operator: &Operator,
    user: UserId,
    reason: Option<&str>,
) -> Result<Purged, Trouble> {
    let before = known(operator, user).await?;
    let plan = serde_json::json!({ "user": user, "held": before });
    let operation = operator.begin("user purge", reason, plan).await?;
    Box::pin(postgres(operator.store.purge_user(user))).await?;
    let under = Under {
        receipt: Some(operation.id),
        as_of: None,
    };
    let mut left = Traces::default();
    for look in 0..LOOKS {
        if look > 0 {
            tokio::time::sleep(BETWEEN).await;
        }
        erase(operator, user, under).await?;
        left = traces(operator, user).await?;
        if left.is_nothing() {
            break;
        }
    }
    let queues: Vec<_> = kinds::catalog().queues().into_iter().collect();
    let touched = redis(operator.queue.touched(&queues, operation.id)).await?;
    operator
        .end(operation.id, touched, left.jobs + left.binned)
        .await?;
    redis(operator.queue.forget_receipt(&queues, operation.id)).await?;
    Ok(Purged {
        receipt: operation.id,
        before,
        left,
    })
}

async fn erase(operator: &Operator, user: UserId, under: Under) -> Result<(), Trouble> {
    let queue = &operator.queue;
    each_slice(queue, user, async |name, ids, _| {
        let erased: Vec<Mended> = redis(queue.erase_slice(name, ids, under, &[], WHY)).await?;
        debug_assert_eq!(erased.len(), ids.len());
        Ok(())
    })
    .await
}

/// Walks all that stands and all that is in the bin, and hands over what is of this person.
async fn each_slice(
    queue: &Queue,
    user: UserId,
    mut with: impl AsyncFnMut(&'static str, &[JobId], bool) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let filter = Filter {
        user: Some(user.0),
        ..Filter::default()
    };
    let (matcher, mut walk) = (filter.compile()?, Walk::for_writing(queue, &filter)?);
    while let Some(chunk) = walk.next(MOST_IN_PAGE).await? {
        let of_them = chunk.jobs.iter().filter(|(job, _)| matcher.matches(job));
        let ids: Vec<JobId> = of_them.map(|(job, _)| job.id).collect();
        for slice in ids.chunks(MOST_IN_SLICE) {
            with(chunk.queue, slice, false).await?;
        }
    }
    for name in filter.queues()? {
        for partition in 0..queue.partitions_of(name) {
            in_bin(queue, user, (name, partition), &mut with).await?;
        }
    }
    Ok(())
}

async fn in_bin(
    queue: &Queue,
    user: UserId,
    (name, partition): (&'static str, u16),
    with: &mut impl AsyncFnMut(&'static str, &[JobId], bool) -> Result<(), Trouble>,
) -> Result<(), Trouble> {
    let mut after = None;
    loop {
        let slice = redis(queue.deleted(name, partition, None, after.as_ref())).await?;
        let theirs = |one: &&Binned| one.payload["user_id"].as_i64() == Some(user.0);
        let ids: Vec<JobId> = slice.jobs.iter().filter(theirs).map(|one| one.id).collect();
        with(name, &ids, true).await?;
        after = slice.next;
        if after.is_none() {
            return Ok(());
        }
    }
}
