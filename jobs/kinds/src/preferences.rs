//! What people change about when and how they hear from us.

use jiff::{Timestamp, civil::Date};
use store::{AgendaRow, StoreError, Tx, User, UserChange, UserId};

use crate::hours::{self, Hours};

/// Why a wish is none that can be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("nobody is told anything of this kind by this channel")]
    Unknown,
    #[error("this kind can't be switched off")]
    Required,
}

/// Whether `kind` may be switched on or off on `channel`, mail or push.
pub fn check(kind: &str, channel: store::Channel, wanted: bool) -> Result<(), Unfit> {
    let mut topics = crate::notices().iter();
    let topic = topics.find(|topic| topic.kind == kind && topic.channel == channel);
    match topic {
        None => Err(Unfit::Unknown),
        Some(topic) if topic.required && !wanted => Err(Unfit::Required),
        Some(_) => Ok(()),
    }
}

/// Changes zone and hours, and moves what they are next due for. The agenda is held first, so that no
/// sweep goes by the old hours in between.
pub async fn change(
    tx: &mut Tx,
    user: UserId,
    to: UserChange,
    now: Timestamp,
) -> Result<Option<User>, StoreError> {
    if to.timezone.is_none() && to.reminder_hour.is_none() && to.digest_hour.is_none() {
        return tx.update_user(user, to).await;
    }
    let before = tx.agenda_for_change(user).await?;
    let changed = tx.update_user(user, to).await?;
    let after = tx.agenda_for_change(user).await?;
    for (was, is) in before.iter().zip(&after) {
        move_on(tx, was, is, now).await?;
    }
    Ok(changed)
}

async fn move_on(
    tx: &mut Tx,
    was: &AgendaRow,
    is: &AgendaRow,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(hours) = Hours::of(&is.kind) else {
        return Ok(());
    };
    let owed = owed(tx, hours, was).await?;
    let next = hours.moved(is.timezone.as_deref(), is.hour, owed, now);
    tx.set_agenda(is.user_id, &is.kind, next).await
}

/// The first date after the last occasion; for who never had one, the date that they wait for.
async fn owed(tx: &mut Tx, hours: Hours, row: &AgendaRow) -> Result<Date, StoreError> {
    let last = tx.last_occasion(row.user_id, &row.kind).await?;
    let after_last = last.and_then(|last| hours.day_after(&last));
    let waited_for = hours::local_date(row.timezone.as_deref(), row.next_at);
    Ok(after_last.unwrap_or(waited_for))
}
