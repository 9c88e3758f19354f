//! Tells the others of a household at once that a task is done, so that nobody does it twice.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Failure, OrFatal};
use store::{Channel, Delivery, TaskEventId, User};

use crate::{Context, Notice, Reason, Say, Words, household, mail::Line};

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
        Ok(Say::Alert(Words {
            title: Line::new(&format!("Done: {}", event.title)),
            body: Line::new(&format!("{} took care of it.", household::who(&event))),
            path: household::path(&event),
        }))
    }
}
