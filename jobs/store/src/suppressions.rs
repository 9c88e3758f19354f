//! Addresses that take no mail, and what mailbox providers say of a mail later.
//!
//! Of an address only a hash is kept, and whom it belongs to. Another address has another hash, so whoever
//! changes theirs gets mail again.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    DeliveryId, Store, StoreError, Tx, UserId, column,
    column::{can_hold, short},
    within,
};

/// A person whose address takes no mail, and by which delivery we know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suppression {
    pub user_id: UserId,
    pub delivery_id: DeliveryId,
    pub created_at: Timestamp,
    /// They have another address by now.
    pub lapsed: bool,
}

/// What a mailbox provider said of a mail after it had taken it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feedback {
    HardBounce,
    SoftBounce,
    Complaint,
}

/// Whom a feedback is about, if it is to take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    New(UserId),
    /// It was told before.
    Again,
    /// The mail went to another address than they have now.
    Elsewhere,
    /// We sent no such mail.
    Nobody,
}

impl Feedback {
    /// Its name, also as a label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HardBounce => "hard-bounce",
            Self::SoftBounce => "soft-bounce",
            Self::Complaint => "complaint",
        }
    }
}

/// Rows of suppressions, between what comes before and after their columns.
macro_rules! suppressions {
    ($after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Suppression,
            r#"SELECT user_id AS "user_id!: UserId", delivery_id AS "delivery_id!: DeliveryId",
                suppressions.created_at AS "created_at!: column::Timestamp",
                address_hash <> sha256(convert_to(lower(email), 'UTF8')) AS "lapsed!"
            FROM suppressions JOIN users ON users.id = user_id "# + $after,
            $($argument),*
        )
    };
}

impl Store {
    /// The provider knows of no such address: the delivery ends, and the address gets no more mail. One
    /// step, or whoever dies between two would leave an address that bounces every day.
    pub async fn bounced(
        &self,
        id: DeliveryId,
        token: Uuid,
        address: &str,
        answer: &str,
    ) -> Result<bool, StoreError> {
        let bounced = sqlx::query_scalar!(
            r#"WITH bounced AS (
                UPDATE deliveries
                SET state = 'bounced', answer = $4, reason = 'bounced', decided_at = coalesce(decided_at, now())
                WHERE id = $1 AND day = delivery_day($1) AND token = $2 AND state IN ('sending', 'bounced')
                RETURNING user_id
            ), suppressed AS (
                INSERT INTO suppressions (user_id, address_hash, delivery_id)
                SELECT user_id, sha256(convert_to(lower($3), 'UTF8')), $1 FROM bounced
                ON CONFLICT (user_id) DO UPDATE
                SET address_hash = excluded.address_hash, delivery_id = excluded.delivery_id, created_at = now()
                WHERE suppressions.address_hash <> excluded.address_hash
            )
            SELECT EXISTS (SELECT FROM bounced) AS "bounced!""#,
            id.0,
            token,
            address,
            short(answer),
        );
        within(bounced.fetch_one(&self.pool)).await
    }

    pub async fn suppression_of(&self, user: UserId) -> Result<Option<Suppression>, StoreError> {
        let found = suppressions!("WHERE user_id = $1", user.0);
        within(found.fetch_optional(&self.pool)).await
    }

    /// The latest first.
    pub async fn suppressions(&self, limit: i64) -> Result<Vec<Suppression>, StoreError> {
        let found = suppressions!(
            "ORDER BY suppressions.created_at DESC, user_id LIMIT $1",
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// Their address gets mail again; whether it got none.
    pub async fn lift_suppression(&self, user: UserId) -> Result<bool, StoreError> {
        let lifted = sqlx::query!("DELETE FROM suppressions WHERE user_id = $1", user.0);
        Ok(within(lifted.execute(&self.pool)).await?.rows_affected() == 1)
    }
}

impl Tx {
    /// Writes down what was said of a mail, once, and suppresses an address that does not exist.
    /// `recipient` is where the provider says that it went, if it does.
    pub async fn hear(
        &mut self,
        id: DeliveryId,
        said: Feedback,
        recipient: Option<&str>,
    ) -> Result<Heard, StoreError> {
        if !recipient.is_none_or(can_hold) {
            return Ok(Heard::Nobody);
        }
        let about = sqlx::query!(
            r#"SELECT user_id AS "user_id!: UserId", $2::text IS NULL OR lower($2) = lower(email) AS "same!"
            FROM deliveries JOIN users ON users.id = user_id
            WHERE deliveries.id = $1 AND deliveries.day = delivery_day($1) AND channel = 'mail' AND copies > 0"#,
            id.0,
            recipient,
        );
        let Some(about) = within(about.fetch_optional(&mut *self.inner)).await? else {
            return Ok(Heard::Nobody);
        };
        if !about.same {
            return Ok(Heard::Elsewhere);
        }
        let new = sqlx::query!(
            "INSERT INTO feedback (delivery_id, what, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            id.0,
            said.name(),
            about.user_id.0,
        );
        if within(new.execute(&mut *self.inner)).await?.rows_affected() == 0 {
            return Ok(Heard::Again);
        }
        if said == Feedback::HardBounce {
            self.suppress(about.user_id, id).await?;
        }
        Ok(Heard::New(about.user_id))
    }

    async fn suppress(&mut self, user: UserId, by: DeliveryId) -> Result<(), StoreError> {
        let suppressed = sqlx::query!(
            "INSERT INTO suppressions (user_id, address_hash, delivery_id)
            SELECT id, sha256(convert_to(lower(email), 'UTF8')), $2 FROM users WHERE id = $1
            ON CONFLICT (user_id) DO UPDATE
            SET address_hash = excluded.address_hash, delivery_id = excluded.delivery_id, created_at = now()
            WHERE suppressions.address_hash <> excluded.address_hash",
            user.0,
            by.0,
        );
        within(suppressed.execute(&mut *self.inner)).await?;
        Ok(())
    }
}
