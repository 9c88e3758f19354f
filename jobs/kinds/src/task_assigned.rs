//! Tells a person at once that somebody else gave them a task. The rest of the household need not be
//! disturbed.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Failure, OrFatal};
use store::{Channel, Delivery, TaskEventId, User};

use crate::{
    Context, Notice, Reason, Say, household,
    mail::{AssignedFacts, Line},
};

pub struct TaskAssigned;

impl Notice for TaskAssigned {
    const NAME: &'static str = "task-assigned";
    const CHANNEL: Channel = Channel::Push;
    const WINDOW: Duration = Duration::from_hours(1);

    async fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        _: Timestamp,
    ) -> Result<Say, Failure> {
        let id: TaskEventId = delivery.occasion.parse().or_fatal()?;
        let Some(event) = ctx.store.task_event(user.id, id).await? else {
            return Ok(Say::Nothing(Reason::TaskGone));
        };
        if event.done {
            return Ok(Say::Nothing(Reason::TaskDone));
        }
        if event.assignee_id != Some(user.id) {
            return Ok(Say::Nothing(Reason::TaskGivenAway));
        }
        if event.overtaken {
            return Ok(Say::Nothing(Reason::Overtaken));
        }
        let facts = AssignedFacts {
            who: household::who(&event),
            task: Line::new(&event.title),
        };
        Self::by_push(user, &facts, household::path(&event))
    }
}
