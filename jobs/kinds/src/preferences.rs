//! What people change about when and how they hear from us.

use jiff::{Timestamp, civil::Date};
use store::{AgendaRow, StoreError, Tx, User, UserChange, UserId};

use crate::hours::Hours;

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
    let moves = to.timezone.is_some() || to.reminder_hour.is_some() || to.digest_hour.is_some();
    if moves {
        tx.agenda_for_change(user).await?;
    }
    let changed = tx.update_user(user, to).await?;
    if moves {
        for row in tx.agenda_for_change(user).await? {
            move_on(tx, &row, now).await?;
        }
    }
    Ok(changed)
}

async fn move_on(tx: &mut Tx, row: &AgendaRow, now: Timestamp) -> Result<(), StoreError> {
    let Some(hours) = Hours::of(&row.kind) else {
        return Ok(());
    };
    let last = tx.last_occasion(row.user_id, &row.kind).await?;
    let last = last.and_then(|last| last.parse::<Date>().ok());
    let next = hours.moved(row.timezone.as_deref(), row.hour, last, now);
    tx.set_agenda(row.user_id, &row.kind, next).await
}
