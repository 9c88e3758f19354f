//! Open deliveries in pages, for whoever sees to it that each has its job.

use std::time::Duration;

use super::deliveries;
use crate::{Delivery, DeliveryId, Store, StoreError, secs, within};

/// How many deliveries came to their end by their deadline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GivenUp {
    pub skipped: u64,
    /// They may have gone: those are never called skipped.
    pub unknown: u64,
}

impl Store {
    /// Claims those whose job was not enqueued by whoever considered them. A claim lasts as long as
    /// they had to wait: a relay may die before its [`Store::mark_relayed`], and relaying one twice is
    /// harmless.
    pub async fn due_for_relay(
        &self,
        older_than: Duration,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let due = deliveries!(
            "WITH due AS (
                SELECT id AS due_id, day AS due_day FROM deliveries
                WHERE state = 'considered' AND relayed_at IS NULL
                    AND greatest(created_at, claimed_at) < now() - make_interval(secs => $1)
                ORDER BY created_at LIMIT $2
                FOR UPDATE SKIP LOCKED
            )
            UPDATE deliveries SET claimed_at = now() FROM due WHERE id = due_id AND day = due_day RETURNING",
            "",
            secs(older_than),
            limit
        );
        within(due.fetch_all(&self.pool)).await
    }

    pub async fn mark_relayed(&self, ids: &[DeliveryId]) -> Result<(), StoreError> {
        let marked = sqlx::query!(
            "UPDATE deliveries SET relayed_at = now() FROM unnest($1::uuid[]) AS relayed (id)
            WHERE deliveries.id = relayed.id AND day = delivery_day(relayed.id) AND relayed_at IS NULL",
            ids as _,
        );
        within(marked.execute(&self.pool)).await?;
        Ok(())
    }

    /// Those to be looked after now. Each is looked after again in twice the time, `at_most` later.
    pub async fn due_for_check(
        &self,
        at_most: Duration,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let due = deliveries!(
            "WITH due AS (
                SELECT id AS due_id, day AS due_day FROM deliveries
                WHERE decided_at IS NULL AND check_at <= now()
                ORDER BY check_at LIMIT $2
                FOR UPDATE SKIP LOCKED
            )
            UPDATE deliveries
            SET check_interval = least(check_interval * 2, make_interval(secs => $1)),
                check_at = now() + least(check_interval * 2, make_interval(secs => $1))
            FROM due WHERE id = due_id AND day = due_day
            RETURNING",
            "",
            secs(at_most),
            limit
        );
        within(due.fetch_all(&self.pool)).await
    }

    /// All open ones, a page at a time, by id; the first page comes after [`DeliveryId::default`].
    pub async fn open_deliveries(
        &self,
        after: DeliveryId,
        limit: i64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let open = deliveries!(
            "SELECT",
            "FROM deliveries WHERE decided_at IS NULL AND id > $1 ORDER BY id LIMIT $2",
            after.0,
            limit
        );
        within(open.fetch_all(&self.pool)).await
    }

    /// Ends those whose deadline passed longer than `grace` ago, and that nobody has begun to send
    /// within it; those that never were as in [`Store::too_late`].
    pub async fn give_up(&self, limit: i64, grace: Duration) -> Result<GivenUp, StoreError> {
        let ended = sqlx::query!(
            r#"WITH late AS (
                SELECT id, day FROM deliveries
                WHERE decided_at IS NULL AND not_after < now() - make_interval(secs => $2)
                    AND (state <> 'sending' OR sending_at < now() - make_interval(secs => $2))
                ORDER BY not_after LIMIT $1
                FOR UPDATE SKIP LOCKED
            ), ended AS (
                UPDATE deliveries
                SET state = CASE state WHEN 'considered' THEN 'skipped' ELSE 'unknown' END,
                    reason = CASE state WHEN 'considered' THEN 'too-late' WHEN 'sending' THEN 'sender-lost'
                        ELSE reason END,
                    answer = CASE WHEN state = 'considered' AND reason IS NOT NULL
                        THEN left(concat_ws(': ', reason, nullif(answer, '')), 300) ELSE answer END,
                    unknown_at = CASE state WHEN 'considered' THEN NULL ELSE coalesce(unknown_at, now()) END,
                    token = NULL,
                    decided_at = now()
                FROM late WHERE deliveries.id = late.id AND deliveries.day = late.day
                RETURNING state
            )
            SELECT count(*) FILTER (WHERE state = 'skipped') AS "skipped!",
                count(*) FILTER (WHERE state = 'unknown') AS "unknown!"
            FROM ended"#,
            limit,
            secs(grace),
        );
        let ended = within(ended.fetch_one(&self.pool)).await?;
        Ok(GivenUp {
            skipped: ended.skipped.unsigned_abs(),
            unknown: ended.unknown.unsigned_abs(),
        })
    }
}
