//! What is due at a person's home, on the clock of who reads of it.

use jiff::{Timestamp, civil::Date};
use platform::Failure;
use store::User;

use crate::{
    Context, hours,
    mail::{MOST_NAMED, TaskList},
};

/// The date on which a message is read: what quiet hours put off, or what was sent late, comes after the day
/// that it was for. It never speaks of one before: an operator may ask for a sweep ahead of its time.
pub(crate) fn today(user: &User, wanted_for: Date, now: Timestamp) -> Date {
    hours::local_date(user.timezone.as_deref(), now).max(wanted_for)
}

/// What is open and due from `from` (or ever) until `to`, both included.
pub(crate) async fn tasks(
    ctx: &Context,
    user: &User,
    from: Option<Date>,
    to: Date,
) -> Result<TaskList, Failure> {
    let due = ctx
        .store
        .open_tasks_due(user.id, from, to, MOST_NAMED.into());
    Ok(due.await?.into())
}
