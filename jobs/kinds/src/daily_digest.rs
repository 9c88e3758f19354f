//! Tells a person once a day what is late, what is due and what comes; nothing if there is nothing.

use std::time::Duration;

use jiff::{Timestamp, ToSpan, civil::Date};
use platform::{Failure, OrFatal};
use store::{Delivery, User};

use crate::{
    Context, Notice, Reason, Say,
    hours::Hours,
    mail::{self, DigestFacts, Name},
};

pub struct DailyDigest;

pub(crate) const NAME: &str = "daily-digest";
/// How far it looks ahead.
const AHEAD_DAYS: i64 = 7;
/// More than fit into a mail anybody reads.
const MOST_TASKS: i64 = 100;

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
        _: Timestamp,
    ) -> Result<Say, Failure> {
        let on: Date = delivery.occasion.parse().or_fatal()?;
        let until = on.checked_add(AHEAD_DAYS.days()).or_fatal()?;
        let due = ctx
            .store
            .open_tasks_due(user.id, None, until, MOST_TASKS)
            .await?;
        if due.is_empty() {
            return Ok(Say::Nothing(Reason::NothingToReport));
        }
        let facts = DigestFacts {
            name: Name::new(&user.name),
            on,
            overdue: mail::lines(&due, |date| date < on),
            today: mail::lines(&due, |date| date == on),
            coming: mail::lines(&due, |date| date > on),
            url: ctx.public_url.clone(),
        };
        Ok(Say::Message(mail::render(&facts)?))
    }
}
