//! What people ask for and get a link to by mail.

use jiff::Timestamp;
use platform::Pace;
use store::{DeliveryId, NewDelivery, Purpose, StoreError, Tx, UserId};

use crate::{Notice, PasswordReset, VerifyEmail};

/// How many mails one person can be made to get within an hour, whoever asks.
const MOST: i64 = 3;

/// Joins the transaction of who asks. Answers the mail, whose row is its own outbox; none if they asked
/// too often.
pub async fn ask(
    tx: &mut Tx,
    user: UserId,
    purpose: Purpose,
    now: Timestamp,
    pace: &Pace,
) -> Result<Vec<DeliveryId>, StoreError> {
    match purpose {
        Purpose::PasswordReset => wanted::<PasswordReset>(tx, user, purpose, now, pace).await,
        Purpose::VerifyEmail => wanted::<VerifyEmail>(tx, user, purpose, now, pace).await,
    }
}

async fn wanted<N: Notice>(
    tx: &mut Tx,
    user: UserId,
    purpose: Purpose,
    now: Timestamp,
    pace: &Pace,
) -> Result<Vec<DeliveryId>, StoreError> {
    let Some(id) = tx.add_request(user, purpose, N::WINDOW, MOST).await? else {
        return Ok(Vec::new());
    };
    let mail = NewDelivery {
        user_id: user,
        kind: N::NAME.to_owned(),
        occasion: id.to_string(),
        day: NewDelivery::day_of(now),
        not_before: None,
        not_after: now.saturating_add(N::WINDOW).unwrap_or(now),
        check_at: now.saturating_add(pace.check_first).unwrap_or(now),
    };
    tx.consider(&[mail]).await
}
