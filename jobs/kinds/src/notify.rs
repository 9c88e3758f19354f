//! The job of one delivery: its payload is the row's id, everything else is in the row.

use std::marker::PhantomData;

use platform::{Call, Job, JobId, NewJob, Outcome, Queue, QueueError, Retry, Run};
use serde::{Deserialize, Serialize};
use store::{Delivery, DeliveryId, Store, UserId};

use crate::{Context, Notice, Origin, deliver};

/// Carries one delivery of a kind that speaks.
#[derive(Serialize, Deserialize)]
pub struct Notify<N> {
    pub delivery: DeliveryId,
    /// So that an operator can find a person's jobs without Postgres.
    pub user_id: UserId,
    #[serde(skip)]
    kind: PhantomData<fn() -> N>,
}

impl<N: Notice> Job for Notify<N> {
    const NAME: &'static str = N::NAME;
    const QUEUE: &'static str = N::QUEUE;
    const RETRY: Retry = N::RETRY;
    /// Longer than the adapter's own limit, so that it is the adapter that ends a send, knowing how
    /// far it came.
    const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);
}

impl<N: Notice> Run<Context> for Notify<N> {
    async fn run(self, ctx: &Context, call: &Call) -> Outcome {
        deliver::deliver::<N>(ctx, call, self.delivery).await
    }
}

/// Gets the jobs of these rows on their way, after the commit that made them: whoever dies before is
/// helped by the relay.
pub async fn enqueue(
    store: &Store,
    queue: &Queue,
    considered: &[DeliveryId],
) -> anyhow::Result<()> {
    let rows = store.deliveries(considered).await?;
    let jobs = rows.iter().map(job).collect::<Result<Vec<_>, _>>()?;
    queue.enqueue_many(jobs).await?;
    store.mark_relayed(considered).await?;
    Ok(())
}

/// The job that a ledger row wants: same row, same job, whoever asks and however often.
pub fn job(row: &Delivery) -> Result<NewJob, QueueError> {
    let payload = serde_json::json!({ "delivery": row.id, "user_id": row.user_id });
    let kind = crate::catalog().kind(&row.kind).ok_or_else(|| {
        QueueError::Invalid(format!(
            "delivery {} is of kind {:?}, which nobody does",
            row.id, row.kind
        ))
    })?;
    Ok(
        NewJob::raw(kind.name, kind.queue, payload.to_string().into_bytes())
            .max_attempts(kind.retry.max_attempts)
            .backoff(kind.retry.backoff)
            .id(JobId::from(row.id.0))
            .origin(Origin::Delivery(row.id).to_string()),
    )
}
