//! Reminds a person of all tasks that are late, in one mail at their hour.

use std::time::Duration;

use jiff::{Timestamp, civil::Date};
use platform::{Failure, OrFatal};
use store::{Delivery, User};

use crate::{
    Context, Notice, Reason, Say,
    hours::Hours,
    mail::{self, Name, OverdueFacts},
};

pub struct OverdueReminder;

pub(crate) const NAME: &str = "overdue-reminder";
/// More than fit into a mail anybody reads.
const MOST_TASKS: i64 = 50;

impl Notice for OverdueReminder {
    const NAME: &'static str = NAME;
    const WINDOW: Duration = Duration::from_hours(6);
    const HOURS: Option<Hours> = Some(Hours {
        kind: NAME,
        utc: 15,
        local: 10,
        weekday: None,
    });

    async fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        _: Timestamp,
    ) -> Result<Say, Failure> {
        let on: Date = delivery.occasion.parse().or_fatal()?;
        let yesterday = on.yesterday().or_fatal()?;
        let late = ctx
            .store
            .open_tasks_due(user.id, None, yesterday, MOST_TASKS)
            .await?;
        if late.is_empty() {
            return Ok(Say::Nothing(Reason::NothingOverdue));
        }
        let facts = OverdueFacts {
            name: Name::new(&user.name),
            on,
            overdue: mail::lines(&late, |date| date < on),
            url: ctx.links.home().to_owned(),
        };
        Self::by_mail(ctx, user, &facts)
    }
}
