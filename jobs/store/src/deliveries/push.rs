//! Deliveries by push: one row a device, and what a refused device means.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::Columns;
use crate::{DeliveryId, NewDelivery, Store, StoreError, Tx, column::short, within};

/// What became of a delivery whose device its provider refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The token is dropped and the delivery bounced.
    Dropped,
    /// The app has shown the token, or is gone, since the refusal: nothing has changed.
    Kept,
}

impl Tx {
    /// Those that are new, one a device, the twenty seen last. Who has no device gets a row that says
    /// so. Always in the same order, or two over the same people could wait for each other.
    pub async fn consider_push(
        &mut self,
        wanted: &[NewDelivery],
    ) -> Result<Vec<DeliveryId>, StoreError> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let new = Columns::of(wanted);
        let inserted = sqlx::query_scalar!(
            r#"WITH inserted AS (
                INSERT INTO deliveries (id, day, user_id, kind, occasion, channel, device_id, state, reason, decided_at,
                    not_before, not_after, check_at, check_interval)
                SELECT delivery_id(day, new.user_id, kind, occasion, coalesce(channel, 'push'), device_id), day,
                    new.user_id, kind, occasion, coalesce(channel, 'push'), device_id,
                    CASE WHEN device_id IS NULL THEN 'skipped' ELSE 'considered' END,
                    CASE WHEN device_id IS NULL THEN 'no-device' END,
                    CASE WHEN device_id IS NULL THEN now() END,
                    not_before, not_after, check_at,
                    greatest(check_at - coalesce(not_before, now()), interval '1 s')
                FROM unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[],
                        $6::timestamptz[], $7::date[])
                    AS new (user_id, kind, occasion, not_before, not_after, check_at, day)
                LEFT JOIN LATERAL (
                    SELECT devices.id AS device_id, channel FROM devices
                    WHERE devices.user_id = new.user_id AND dropped_at IS NULL
                    ORDER BY seen_at DESC, devices.id LIMIT 20
                ) AS theirs ON true
                ORDER BY new.user_id, kind, occasion, channel, device_id
                ON CONFLICT DO NOTHING
                RETURNING id, state
            )
            SELECT id AS "id!: DeliveryId" FROM inserted WHERE state = 'considered'"#,
            &new.users,
            &new.kinds,
            &new.occasions,
            new.not_before as _,
            new.not_after as _,
            new.check_at as _,
            new.days as _,
        );
        within(inserted.fetch_all(&mut *self.inner)).await
    }
}

impl Store {
    /// The provider says that the token of the delivery's device is good no more, `since` then or, if
    /// it does not say, since we asked. A token that its app has shown after that is not the one that
    /// was refused, so it stays.
    pub async fn refused_by_device(
        &self,
        id: DeliveryId,
        token: Uuid,
        answer: &str,
        since: Option<Timestamp>,
    ) -> Result<Refused, StoreError> {
        let dropped = sqlx::query!(
            "WITH dropped AS (
                UPDATE devices SET dropped_at = coalesce(dropped_at, now()), dropped_why = $3
                FROM deliveries
                WHERE deliveries.id = $1 AND day = delivery_day($1) AND deliveries.token = $2 AND state IN ('sending', 'bounced')
                    AND devices.id = device_id AND devices.user_id = deliveries.user_id
                    AND seen_at < least($4, sending_at)
                RETURNING devices.id
            )
            UPDATE deliveries
            SET state = 'bounced', answer = $3, reason = 'device-dropped', decided_at = coalesce(decided_at, now())
            WHERE id = $1 AND day = delivery_day($1) AND token = $2 AND state IN ('sending', 'bounced') AND EXISTS (SELECT FROM dropped)",
            id.0,
            token,
            short(answer),
            since.map(ToSqlx::to_sqlx) as _,
        );
        let dropped = within(dropped.execute(&self.pool)).await?.rows_affected() == 1;
        Ok(if dropped {
            Refused::Dropped
        } else {
            Refused::Kept
        })
    }
}
