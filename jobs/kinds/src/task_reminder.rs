//! Reminds a person of all tasks due today or tomorrow, in one mail at their hour.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Failure, OrFatal};
use store::{Delivery, User};

use crate::{
    Context, Notice, Reason, Say, due,
    hours::Hours,
    mail::{Name, ReminderFacts},
};

pub struct TaskReminder;

pub(crate) const NAME: &str = "task-reminder";

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
        now: Timestamp,
    ) -> Result<Say, Failure> {
        let on = due::today(user, delivery.occasion.parse().or_fatal()?, now);
        let next = on.tomorrow().or_fatal()?;
        let today = due::tasks(ctx, user, Some(on), on).await?;
        let tomorrow = due::tasks(ctx, user, Some(next), next).await?;
        if today.is_empty() && tomorrow.is_empty() {
            return Ok(Say::Nothing(Reason::NothingDue));
        }
        let facts = ReminderFacts {
            name: Name::new(&user.name),
            on,
            today,
            tomorrow,
            url: ctx.links.home().to_owned(),
        };
        Self::by_mail(ctx, user, &facts)
    }
}
