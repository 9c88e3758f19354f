//! What is due at a person's home, on the clock of who reads of it.

use jiff::{Timestamp, civil::Date};
use platform::Failure;
use store::User;

use crate::{
    Context, hours,
    mail::{MOST_NAMED, TaskList},
};

/// The date on which a message is read, and not that of its occasion: what quiet hours put off, or what was
/// sent late, comes on another.
pub(crate) fn today(user: &User, now: Timestamp) -> Date {
    hours::local_date(user.timezone.as_deref(), now)
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
