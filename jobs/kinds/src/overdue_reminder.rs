//! Reminds a person of all tasks that are late, in one mail at their hour.

use std::time::Duration;

use jiff::Timestamp;
use platform::{Failure, OrFatal};
use store::{Delivery, User};

use crate::{
    Context, Notice, Reason, Say, due,
    hours::Hours,
    mail::{Name, OverdueFacts},
};

pub struct OverdueReminder;

pub(crate) const NAME: &str = "overdue-reminder";

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
        now: Timestamp,
    ) -> Result<Say, Failure> {
        let on = due::today(user, delivery.occasion.parse().or_fatal()?, now);
        let overdue = due::tasks(ctx, user, None, on.yesterday().or_fatal()?).await?;
        if overdue.is_empty() {
            return Ok(Say::Nothing(Reason::NothingOverdue));
        }
        let facts = OverdueFacts {
            name: Name::new(&user.name),
            on,
            overdue,
            url: ctx.links.home().to_owned(),
        };
        Self::by_mail(ctx, user, &facts)
    }
}
