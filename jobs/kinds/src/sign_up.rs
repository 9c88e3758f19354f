//! What begins with a sign-up: a place in the agenda, the welcome, and the first days' steps.

use jiff::Timestamp;
use platform::Pace;
use store::{DeliveryId, NewDelivery, Purpose, StoreError, Tx, UserId};

use crate::{
    Notice as _, VerifyEmail, Welcome,
    onboarding::{self, STEPS},
};

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
    if let Some(first) = STEPS.first() {
        let next = onboarding::due(*first, user, wishes.timezone.as_deref(), now);
        tx.enrol(user, now, next).await?;
    }
    // The welcome carries its link.
    tx.add_request(user, Purpose::VerifyEmail, VerifyEmail::WINDOW, 1)
        .await?;
    tx.consider(&[welcome(user, now, pace)]).await
}

fn welcome(user: UserId, now: Timestamp, pace: &Pace) -> NewDelivery {
    NewDelivery {
        user_id: user,
        kind: Welcome::NAME.to_owned(),
        occasion: Welcome::OCCASION.to_owned(),
        day: NewDelivery::day_of(now),
        not_before: None,
        not_after: now.saturating_add(Welcome::WINDOW).unwrap_or(now),
        check_at: now.saturating_add(pace.check_first).unwrap_or(now),
    }
}
