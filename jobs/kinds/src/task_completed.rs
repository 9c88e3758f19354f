//! Tells the others of a household at once that a task is done, so that nobody does it twice.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Failure, OrFatal};
use store::{Channel, Delivery, TaskEventId, User};

use crate::{
    Context, Notice, Reason, Say, household,
    mail::{CompletedFacts, Line},
};

pub struct TaskCompleted;

impl Notice for TaskCompleted {
    const NAME: &'static str = "task-completed";
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
        if !event.done {
            return Ok(Say::Nothing(Reason::TaskOpen));
        }
        if event.overtaken {
            return Ok(Say::Nothing(Reason::Overtaken));
        }
        let facts = CompletedFacts {
            who: household::who(&event),
            task: Line::new(&event.title),
        };
        Self::by_push(user, &facts, household::path(&event))
    }
}
