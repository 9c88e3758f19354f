//! A delivery's way through the ledger. Each step is one compare-and-set; its answer is whether it
//! was ours to take.
//!
//! A step that settles may be asked for again by the attempt that took it, for its answer may have
//! been lost: it answers the same, and changes nothing.

use std::time::Duration;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use crate::{DeliveryId, Store, StoreError, column::short, secs, within};

/// Runs one step and says whether it took place.
macro_rules! step {
    ($store:expr, $($query:tt)*) => {{
        let done = within(sqlx::query!($($query)*).execute(&$store.pool)).await?;
        Ok(done.rows_affected() == 1)
    }};
}

impl Store {
    /// The step right before the point of no return. `max_copies` is what its kind allows.
    pub async fn begin_sending(
        &self,
        id: DeliveryId,
        token: Uuid,
        max_copies: i16,
    ) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries
            SET state = 'sending', token = $2, copies = copies + 1, max_copies = $3, sending_at = now()
            WHERE id = $1 AND day = delivery_day($1) AND decided_at IS NULL AND state IN ('considered', 'unknown') AND copies < $3",
            id.0,
            token,
            max_copies
        )
    }

    pub async fn sent(
        &self,
        id: DeliveryId,
        token: Uuid,
        answer: &str,
    ) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries
            SET state = 'sent', answer = $3, reason = NULL, decided_at = coalesce(decided_at, now())
            WHERE id = $1 AND day = delivery_day($1) AND token = $2 AND state IN ('sending', 'sent')",
            id.0,
            token,
            short(answer)
        )
    }

    /// It may or may not have gone: there was no answer, or none that says. Without a copy left, that is
    /// for good.
    pub async fn unknown(
        &self,
        id: DeliveryId,
        token: Uuid,
        answer: &str,
    ) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries
            SET state = 'unknown', reason = 'unanswered', answer = $3, unknown_at = coalesce(unknown_at, now()),
                decided_at = CASE WHEN copies >= max_copies THEN coalesce(decided_at, now()) END
            WHERE id = $1 AND day = delivery_day($1) AND token = $2 AND (state = 'sending' OR state = 'unknown' AND decided_at IS NULL)",
            id.0,
            token,
            short(answer)
        )
    }

    /// It surely has not gone, so the copy does not count. One that was `unknown` before is so again.
    pub async fn put_back(
        &self,
        id: DeliveryId,
        token: Uuid,
        reason: &str,
        answer: &str,
    ) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries
            SET state = CASE WHEN unknown_at IS NULL THEN 'considered' ELSE 'unknown' END,
                reason = $3, answer = $4, copies = copies - 1, token = NULL, sending_at = NULL
            WHERE id = $1 AND day = delivery_day($1) AND token = $2 AND state = 'sending'",
            id.0,
            token,
            short(reason),
            short(answer)
        )
    }

    /// Why it is not sent yet, as long as nobody is sending it.
    pub async fn note(
        &self,
        id: DeliveryId,
        reason: &str,
        answer: &str,
    ) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries SET reason = $2, answer = coalesce(nullif($3, ''), answer)
            WHERE id = $1 AND day = delivery_day($1) AND decided_at IS NULL AND state IN ('considered', 'unknown')",
            id.0,
            short(reason),
            short(answer)
        )
    }

    /// Whoever began to send it that long ago is gone.
    pub async fn sending_to_unknown(
        &self,
        id: DeliveryId,
        older_than: Duration,
    ) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries
            SET state = 'unknown', reason = 'sender-lost', token = NULL,
                unknown_at = coalesce(unknown_at, now()),
                decided_at = CASE WHEN copies >= max_copies THEN now() END
            WHERE id = $1 AND day = delivery_day($1) AND state = 'sending' AND sending_at < now() - make_interval(secs => $2)",
            id.0,
            secs(older_than)
        )
    }

    /// For how long it has been in `sending`, if it is.
    pub async fn sending_age(&self, id: DeliveryId) -> Result<Option<Duration>, StoreError> {
        let age = sqlx::query_scalar!(
            r#"SELECT greatest(extract(epoch FROM now() - sending_at), 0)::float8 AS "age!"
            FROM deliveries WHERE id = $1 AND day = delivery_day($1) AND state = 'sending'"#,
            id.0,
        );
        let age = within(age.fetch_optional(&self.pool)).await?;
        Ok(age.map(|age| Duration::try_from_secs_f64(age).unwrap_or_default()))
    }

    /// It is not to be sent. Only what never was can be skipped.
    pub async fn skip(&self, id: DeliveryId, reason: &str) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries SET state = 'skipped', reason = $2, decided_at = now()
            WHERE id = $1 AND day = delivery_day($1) AND state = 'considered'",
            id.0,
            short(reason)
        )
    }

    /// It is not to be sent any more. What had held it up until now is the real reason: that stays, by its
    /// code, in front of what the provider said.
    pub async fn too_late(&self, id: DeliveryId) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries SET state = 'skipped', reason = 'too-late', decided_at = now(),
                answer = CASE WHEN reason IS NOT NULL
                    THEN left(concat_ws(': ', reason, nullif(answer, '')), 300) ELSE answer END
            WHERE id = $1 AND day = delivery_day($1) AND state = 'considered'",
            id.0
        )
    }

    /// It is to be sent after their quiet hours. That happens once: `false` if it was put off before.
    pub async fn defer(
        &self,
        id: DeliveryId,
        not_before: Timestamp,
        not_after: Timestamp,
        check_at: Timestamp,
    ) -> Result<bool, StoreError> {
        step!(
            self,
            "UPDATE deliveries
            SET reason = 'quiet-hours', not_before = $2, not_after = $3, check_at = $4, deferred_at = now()
            WHERE id = $1 AND day = delivery_day($1) AND deferred_at IS NULL AND decided_at IS NULL AND state IN ('considered', 'unknown')",
            id.0,
            not_before.to_sqlx() as _,
            not_after.to_sqlx() as _,
            check_at.to_sqlx() as _
        )
    }
}
