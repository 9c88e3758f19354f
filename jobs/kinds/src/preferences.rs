//! What people change about when and how they hear from us.

use jiff::{Timestamp, ToSpan as _};
use store::{AgendaRow, Channel, NewDelivery, StoreError, Tx, User, UserChange, UserId};

use crate::{Notice as _, Onboarding, hours::Hours, onboarding};

/// Who has heard nothing for so long is owed the date that they wait for.
const LOOK_BACK_DAYS: i64 = 40;

/// More than that in a day and people stop reading, or mark us as junk: a person's busiest day in a household
/// of four has about half as many.
const MOST_MAILS_A_DAY: i16 = 10;
/// Pushes are short, and several people at work in one home make some each.
const MOST_PUSHES_A_DAY: i16 = 20;

/// How many messages that nobody has to have a person gets in a day of theirs, unless they want fewer.
pub fn most_a_day(channel: Channel) -> i16 {
    match channel.preferred() {
        Channel::Mail => MOST_MAILS_A_DAY,
        _ => MOST_PUSHES_A_DAY,
    }
}

/// Why a wish is none that can be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("nobody is told anything of this kind by this channel")]
    Unknown,
    #[error("this kind can't be switched off")]
    Required,
}

/// Whether `kind` may be switched on or off on `channel`, mail or push.
pub fn check(kind: &str, channel: Channel, wanted: bool) -> Result<(), Unfit> {
    let mut topics = crate::notices().iter();
    let topic = topics.find(|topic| topic.kind == kind && topic.channel == channel);
    match topic {
        None => Err(Unfit::Unknown),
        Some(topic) if topic.required && !wanted => Err(Unfit::Required),
        Some(_) => Ok(()),
    }
}

/// Changes zone and hours, and moves what they are next due for. Agenda and drip are held first, so that
/// nobody goes by the old hours in between.
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
    tx.drip_for_change(user, Onboarding::NAME).await?;
    let changed = tx.update_user(user, to).await?;
    let after = tx.agenda_for_change(user).await?;
    for (was, is) in before.iter().zip(&after) {
        move_on(tx, was, is, now).await?;
    }
    if let Some(drip) = tx.drip_for_change(user, Onboarding::NAME).await? {
        let next = onboarding::next(&drip).map(|(reached, at)| (user, reached, at));
        tx.advance_drips(next.as_slice()).await?;
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
    let since = NewDelivery::day_of(now).saturating_sub(LOOK_BACK_DAYS.days());
    let last = tx.last_occasion(was.user_id, &was.kind, since).await?;
    let owed = hours.owed(last.as_deref(), was.timezone.as_deref(), was.next_at);
    let next = hours.moved_of(is.user_id, is.timezone.as_deref(), is.hour, owed, now);
    tx.set_agenda(is.user_id, &is.kind, next).await
}
