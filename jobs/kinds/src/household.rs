//! What the others in a household are told when a chore changes.

use std::time::Duration;

use jiff::Timestamp;
use platform::Pace;
use store::{DeliveryId, NewDelivery, StoreError, Task, TaskEvent, TaskEventKind, Tx, UserId};

use crate::{Notice, TaskAssigned, TaskCompleted, mail::Name};

/// Joins the transaction that changes a chore. Answers the deliveries that want a job; their rows are
/// their own outbox.
pub async fn tell(
    tx: &mut Tx,
    actor: UserId,
    before: &Task,
    after: &Task,
    now: Timestamp,
    pace: &Pace,
) -> Result<Vec<DeliveryId>, StoreError> {
    if after.done_at.is_some() && before.done_at.is_none() {
        let others = tx.others_of(after, actor).await?;
        return considered::<TaskCompleted>(tx, actor, after, &others, now, pace).await;
    }
    let given = after
        .assignee_id
        .filter(|_| after.assignee_id != before.assignee_id);
    let to: Vec<_> = given
        .filter(|user| *user != actor && after.done_at.is_none())
        .into_iter()
        .collect();
    considered::<TaskAssigned>(tx, actor, after, &to, now, pace).await
}

/// A kind that tells of something that happened to a chore.
trait Told: Notice {
    const EVENT: TaskEventKind;
}

impl Told for TaskAssigned {
    const EVENT: TaskEventKind = TaskEventKind::Assigned;
}

impl Told for TaskCompleted {
    const EVENT: TaskEventKind = TaskEventKind::Completed;
}

async fn considered<N: Told>(
    tx: &mut Tx,
    actor: UserId,
    task: &Task,
    to: &[UserId],
    now: Timestamp,
    pace: &Pace,
) -> Result<Vec<DeliveryId>, StoreError> {
    if to.is_empty() {
        return Ok(Vec::new());
    }
    let event = tx.add_task_event(task, N::EVENT, actor).await?;
    let after = |wait: Duration| now.saturating_add(wait).unwrap_or(now);
    let wanted: Vec<_> = to
        .iter()
        .map(|user| NewDelivery {
            user_id: *user,
            kind: N::NAME.to_owned(),
            occasion: event.to_string(),
            day: NewDelivery::day_of(now),
            not_before: None,
            not_after: after(N::WINDOW),
            check_at: after(pace.check_first),
        })
        .collect();
    tx.consider_push(&wanted).await
}

/// Whose doing it was, as a push may call them.
pub(crate) fn who(event: &TaskEvent) -> Name {
    Name::new(event.actor.as_deref().unwrap_or_default())
}

/// Where the app shows the chore.
pub(crate) fn path(event: &TaskEvent) -> String {
    format!("/tasks/{}", event.task_id)
}
