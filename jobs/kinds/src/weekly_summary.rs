//! Tells a person on Monday morning what got done last week, and what this one brings.

use std::time::Duration;

use anyhow::anyhow;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Weekday},
};
use platform::{Failure, OrFatal};
use store::{Delivery, User};

use crate::{
    Context, Notice, Reason, Say, due,
    hours::{self, Hours},
    mail::{Line, Name, SummaryFacts, TaskLine, TaskList},
};

pub struct WeeklySummary;

pub(crate) const NAME: &str = "weekly-summary";
/// More than anybody gets done.
const MOST_DONE: i64 = 100;

impl Notice for WeeklySummary {
    const NAME: &'static str = NAME;
    const WINDOW: Duration = Duration::from_hours(24);
    /// Before the reminders of the day.
    const HOURS: Option<Hours> = Some(Hours {
        kind: NAME,
        utc: 13,
        local: 8,
        weekday: Some(Weekday::Monday),
    });

    async fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        now: Timestamp,
    ) -> Result<Say, Failure> {
        let on = hours::monday(&delivery.occasion)
            .ok_or_else(|| anyhow!("{:?} is no week", delivery.occasion))
            .or_fatal()?;
        let sunday = on.checked_add(6.days()).or_fatal()?;
        // Read on Tuesday, what was due on Monday is late.
        let today = due::today(user, on, now);
        let overdue = due::tasks(ctx, user, None, today.yesterday().or_fatal()?).await?;
        let coming = due::tasks(ctx, user, Some(today), sunday).await?;
        let done = done_before(ctx, user, on).await?;
        if [&overdue, &coming, &done]
            .into_iter()
            .all(TaskList::is_empty)
        {
            return Ok(Say::Nothing(Reason::NothingThisWeek));
        }
        let facts = SummaryFacts {
            name: Name::new(&user.name),
            on,
            done,
            overdue,
            coming,
            url: ctx.links.home().to_owned(),
        };
        Self::by_mail(ctx, user, &facts)
    }
}

/// What got done in the week before `monday`, on their clocks.
async fn done_before(ctx: &Context, user: &User, monday: Date) -> Result<TaskList, Failure> {
    let last = monday.checked_sub(1.week()).or_fatal()?;
    let begins = |date| {
        hours::midnight(user.timezone.as_deref(), date)
            .ok_or_else(|| anyhow!("{date} begins nowhere"))
            .or_fatal()
    };
    let (from, until) = (begins(last)?, begins(monday)?);
    let done = ctx
        .store
        .tasks_done(user.id, from, until, MOST_DONE)
        .await?;
    let line = |task: &store::Task| TaskLine {
        title: Line::new(&task.title),
        due: task.due_on.unwrap_or(last),
    };
    let count = i64::try_from(done.len())?;
    Ok(TaskList::new(done.iter().map(line), count))
}
