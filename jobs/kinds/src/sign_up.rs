//! What begins with a sign-up: a place in the agenda, and the welcome.

use jiff::Timestamp;
use platform::Pace;
use store::{DeliveryId, NewDelivery, StoreError, Tx, UserId};

use crate::{Notice as _, Welcome};

/// Their zone; the hours they chose are in their row.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    pub timezone: Option<String>,
    pub reminder_hour: Option<i8>,
    pub digest_hour: Option<i8>,
}

/// Joins the transaction that makes the person: either all of it happens or none. Answers the welcome,
/// whose row is its own outbox.
pub async fn begin(
    tx: &mut Tx,
    user: UserId,
    wishes: &Wishes,
    now: Timestamp,
    pace: &Pace,
) -> Result<Vec<DeliveryId>, StoreError> {
    for hours in crate::notices().iter().filter_map(|topic| topic.hours) {
        let chosen = match hours.kind {
            crate::daily_digest::NAME => wishes.digest_hour,
            _ => wishes.reminder_hour,
        };
        let next = hours.next_of(user, wishes.timezone.as_deref(), chosen, now);
        tx.set_agenda(user, hours.kind, next).await?;
    }
    let welcome = NewDelivery {
        user_id: user,
        kind: Welcome::NAME.to_owned(),
        occasion: Welcome::OCCASION.to_owned(),
        day: NewDelivery::day_of(now),
        not_before: None,
        not_after: now.saturating_add(Welcome::WINDOW).unwrap_or(now),
        check_at: now.saturating_add(pace.check_first).unwrap_or(now),
    };
    tx.consider(&[welcome]).await
}
