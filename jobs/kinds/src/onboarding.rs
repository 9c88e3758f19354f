//! What we tell a person in their first days, one step at a time, until a chore is done.
//!
//! The welcome comes at once, these after it, in the morning on their clocks. A step is known by its
//! name: it is said once, wherever it stands in the list. One that is put in before where somebody is
//! already passes them by.

use std::time::Duration;

use jiff::Timestamp;
use platform::Failure;
use store::{Delivery, Drip, User, UserId};

use crate::{
    Context, Notice, Reason, Say,
    hours::{self, Hours},
    mail::{Name, StepFacts},
};

pub struct Onboarding;

/// One of the things we say, so many days after the sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) day: i16,
}

/// In the order of their days. The templates have words for each.
pub(crate) const STEPS: [Step; 3] = [
    Step {
        name: "first-chore",
        day: 1,
    },
    Step {
        name: "small-start",
        day: 3,
    },
    Step {
        name: "your-hour",
        day: 7,
    },
];

const MORNING: Hours = Hours {
    kind: Onboarding::NAME,
    utc: 14,
    local: 9,
    weekday: None,
};

impl Notice for Onboarding {
    const NAME: &'static str = "onboarding";
    const WINDOW: Duration = Duration::from_hours(48);

    async fn say(
        ctx: &Context,
        delivery: &Delivery,
        user: &User,
        _: Timestamp,
    ) -> Result<Say, Failure> {
        let Some(step) = STEPS.iter().find(|step| step.name == delivery.occasion) else {
            return Ok(Say::Nothing(Reason::StepGone));
        };
        if ctx.store.has_done_a_task(user.id).await? {
            return Ok(Say::Nothing(Reason::GoalReached));
        }
        let facts = StepFacts {
            name: Name::new(&user.name),
            step: step.name,
            url: ctx.links.home().to_owned(),
        };
        Self::by_mail(ctx, user, &facts)
    }
}

/// When a step comes, for who signed up then; spread as everything is that comes at an hour, or a zone's
/// whole morning would be due in one minute.
pub(crate) fn due(step: Step, user: UserId, zone: Option<&str>, enrolled: Timestamp) -> Timestamp {
    let signed_up = hours::local_date(zone, enrolled);
    let date = signed_up.saturating_add(jiff::Span::new().days(step.day));
    MORNING.moved_of(user, zone, None, date, Timestamp::MIN)
}

/// What a person's drip comes to at an instant.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Turn {
    /// The newest that is due.
    pub(crate) say: Option<Step>,
    /// Older ones that an outage has made stale: nobody gets two at once.
    pub(crate) pass_over: Vec<Step>,
    /// The day reached with it, and when the next one comes; none if that was the last.
    pub(crate) next: Option<(i16, Timestamp)>,
}

pub(crate) fn turn(steps: &[Step], drip: &Drip, at: Timestamp) -> Turn {
    let zone = drip.timezone.as_deref();
    let when = |step: Step| due(step, drip.user_id, zone, drip.enrolled_at);
    let ahead = steps.iter().copied().filter(|step| step.day > drip.reached);
    let (mut now, later): (Vec<_>, Vec<_>) = ahead.partition(|step| when(*step) <= at);
    let say = now.pop();
    let reached = say.map_or(drip.reached, |step| step.day);
    Turn {
        say,
        pass_over: now,
        next: later.first().map(|step| (reached, when(*step))),
    }
}

/// What stands ahead of somebody and when it comes, on the clocks they have now.
pub(crate) fn next(drip: &Drip) -> Option<(i16, Timestamp)> {
    turn(&STEPS, drip, Timestamp::MIN).next
}

#[cfg(test)]
#[path = "onboarding_tests.rs"]
mod tests;
