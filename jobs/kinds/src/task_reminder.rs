//! Reminds a person of all tasks due today or tomorrow, in one mail at their hour.

use std::time::Duration;

use jiff::{Timestamp, civil::Date};
use platform::{Failure, OrFatal};
use store::{Delivery, User};

use crate::{
    Context, Notice, Reason, Say,
    hours::Hours,
    mail::{self, Name, ReminderFacts},
};

pub struct TaskReminder;

pub(crate) const NAME: &str = "task-reminder";
/// More than fit into a mail anybody reads.
const MOST_TASKS: i64 = 50;

impl Notice for TaskReminder {
    const NAME: &'static str = NAME;
    const WINDOW: Duration = Duration::from_hours(6);
    const HOURS: Option<Hours> = Some(Hours {
        kind: NAME,
        utc: 14,
        local: 9,
        weekday: None,
    });

    async fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        _: Timestamp,
    ) -> Result<Say, Failure> {
        let on: Date = delivery.occasion.parse().or_fatal()?;
        let tomorrow = on.tomorrow().or_fatal()?;
        let due = ctx
            .store
            .open_tasks_due(user.id, Some(on), tomorrow, MOST_TASKS)
            .await?;
        if due.is_empty() {
            return Ok(Say::Nothing(Reason::NothingDue));
        }
        let facts = ReminderFacts {
            name: Name::new(&user.name),
            on,
            today: mail::lines(&due, |date| date == on),
            tomorrow: mail::lines(&due, |date| date == tomorrow),
            url: ctx.public_url.clone(),
        };
        Ok(Say::Message(mail::render(&facts)?))
    }
}
