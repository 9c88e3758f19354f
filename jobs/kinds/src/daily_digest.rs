//! Tells a person once a day what is late, what is due and what comes; nothing if there is nothing.

use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use platform::{Failure, OrFatal};
use store::{Delivery, User};

use crate::{
    Context, Notice, Reason, Say, due,
    hours::Hours,
    mail::{DigestFacts, Name, TaskList},
};

pub struct DailyDigest;

pub(crate) const NAME: &str = "daily-digest";
/// How far it looks ahead.
const AHEAD_DAYS: i64 = 7;

impl Notice for DailyDigest {
    const NAME: &'static str = NAME;
    const WINDOW: Duration = Duration::from_hours(12);
    const HOURS: Option<Hours> = Some(Hours {
        kind: NAME,
        utc: 3,
        local: 18,
        weekday: None,
    });

    async fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        now: Timestamp,
    ) -> Result<Say, Failure> {
        let on = due::today(user, delivery.occasion.parse().or_fatal()?, now);
        let (yesterday, tomorrow) = (on.yesterday().or_fatal()?, on.tomorrow().or_fatal()?);
        let until = on.checked_add(AHEAD_DAYS.days()).or_fatal()?;
        let overdue = due::tasks(ctx, user, None, yesterday).await?;
        let today = due::tasks(ctx, user, Some(on), on).await?;
        let coming = due::tasks(ctx, user, Some(tomorrow), until).await?;
        if [&overdue, &today, &coming]
            .into_iter()
            .all(TaskList::is_empty)
        {
            return Ok(Say::Nothing(Reason::NothingToReport));
        }
        let facts = DigestFacts {
            name: Name::new(&user.name),
            on,
            overdue,
            today,
            coming,
            url: ctx.links.home().to_owned(),
        };
        Self::by_mail(ctx, user, &facts)
    }
}
