//! An operator's change of mind: what wanted a job wants it no more, or once more.
//!
//! It is decided here before Redis is touched, or whoever looks after open rows would enqueue the job
//! again.

use uuid::Uuid;

use crate::{DeliveryId, Store, StoreError, column::short, within};

/// For so many days what was withdrawn from the outbox can come back.
const KEPT_DAYS: i32 = 8;

impl Store {
    /// They will not be sent. What may have gone stays `unknown`, for good; what is being sent is left.
    pub async fn withdraw_deliveries(
        &self,
        ids: &[DeliveryId],
        reason: &str,
    ) -> Result<u64, StoreError> {
        let withdrawn = sqlx::query!(
            "UPDATE deliveries
            SET state = CASE state WHEN 'considered' THEN 'skipped' ELSE 'unknown' END,
                unknown_at = CASE state WHEN 'considered' THEN unknown_at ELSE coalesce(unknown_at, now()) END,
                reason = $2, token = NULL, decided_at = now()
            FROM unnest($1::uuid[]) AS withdrawn (id)
            WHERE deliveries.id = withdrawn.id AND day = delivery_day(withdrawn.id) AND decided_at IS NULL
                AND (state <> 'sending' OR sending_at < now() - interval '2 min')",
            ids as _,
            short(reason),
        );
        Ok(within(withdrawn.execute(&self.pool)).await?.rows_affected())
    }

    /// Takes [`Store::withdraw_deliveries`] for the same reason back.
    pub async fn reinstate_deliveries(
        &self,
        ids: &[DeliveryId],
        reason: &str,
    ) -> Result<u64, StoreError> {
        let reinstated = sqlx::query!(
            "UPDATE deliveries
            SET state = CASE state WHEN 'skipped' THEN 'considered' ELSE 'unknown' END,
                reason = NULL, decided_at = NULL, check_at = now() + interval '2 min'
            FROM unnest($1::uuid[]) AS back (id)
            WHERE deliveries.id = back.id AND day = delivery_day(back.id) AND reason = $2
                AND decided_at IS NOT NULL AND state IN ('skipped', 'unknown')",
            ids as _,
            short(reason),
        );
        Ok(within(reinstated.execute(&self.pool))
            .await?
            .rows_affected())
    }

    pub async fn withdraw_ticks(&self, ids: &[String], reason: &str) -> Result<u64, StoreError> {
        let withdrawn = sqlx::query!(
            "UPDATE ticks SET state = 'skipped', reason = $2, decided_at = now()
            WHERE id = ANY ($1) AND state IN ('pending', 'fired')",
            ids,
            short(reason),
        );
        Ok(within(withdrawn.execute(&self.pool)).await?.rows_affected())
    }

    pub async fn reinstate_ticks(&self, ids: &[String], reason: &str) -> Result<u64, StoreError> {
        let reinstated = sqlx::query!(
            "UPDATE ticks
            SET state = 'fired', reason = NULL, decided_at = NULL, fired_at = coalesce(fired_at, now())
            WHERE id = ANY ($1) AND state = 'skipped' AND reason = $2",
            ids,
            short(reason),
        );
        Ok(within(reinstated.execute(&self.pool))
            .await?
            .rows_affected())
    }

    /// Puts rows of the outbox aside; those put aside long ago are forgotten.
    pub async fn withdraw_outbox(&self, ids: &[Uuid], receipt: Uuid) -> Result<u64, StoreError> {
        let withdrawn = sqlx::query_scalar!(
            r#"WITH old AS (
                DELETE FROM withdrawn_outbox WHERE id IN (
                    SELECT id FROM withdrawn_outbox
                    WHERE withdrawn_at < now() - make_interval(days => $3) LIMIT 1000)
            ), gone AS (
                DELETE FROM outbox WHERE id = ANY ($1) RETURNING *
            ), aside AS (
                INSERT INTO withdrawn_outbox (id, kind, queue, payload, not_before, not_after, check_at, check_interval,
                    claimed_at, relayed_at, created_at, receipt)
                SELECT id, kind, queue, payload, not_before, not_after, check_at, check_interval,
                    claimed_at, relayed_at, created_at, $2 FROM gone
                ON CONFLICT (id) DO UPDATE SET receipt = excluded.receipt, withdrawn_at = now()
                RETURNING id
            )
            SELECT count(*) AS "withdrawn!" FROM aside"#,
            ids,
            receipt,
            KEPT_DAYS,
        );
        Ok(within(withdrawn.fetch_one(&self.pool))
            .await?
            .unsigned_abs())
    }

    pub async fn reinstate_outbox(&self, ids: &[Uuid], receipt: Uuid) -> Result<u64, StoreError> {
        let reinstated = sqlx::query_scalar!(
            r#"WITH back AS (
                DELETE FROM withdrawn_outbox WHERE id = ANY ($1) AND receipt = $2 RETURNING *
            ), row AS (
                INSERT INTO outbox (id, kind, queue, payload, not_before, not_after, check_at, check_interval,
                    claimed_at, relayed_at, created_at)
                SELECT id, kind, queue, payload, not_before, not_after, now() + interval '2 min', check_interval,
                    claimed_at, coalesce(relayed_at, now()), created_at FROM back
                ON CONFLICT DO NOTHING
                RETURNING id
            )
            SELECT count(*) AS "reinstated!" FROM row"#,
            ids,
            receipt,
        );
        Ok(within(reinstated.fetch_one(&self.pool))
            .await?
            .unsigned_abs())
    }
}
