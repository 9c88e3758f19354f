//! What became of a tick. Deciding a tick that was due moves its schedule's watermark in the same
//! statement; one that was asked for never does.

use std::time::Duration;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use uuid::Uuid;

use crate::{Store, StoreError, column::short, secs, within};

impl Store {
    /// Step three of firing: whether the row was still `pending`. If not, its job was quicker and
    /// finished it, which is as good; the row learns then by whom and how late it was fired.
    pub async fn fired(
        &self,
        id: &str,
        term: i64,
        job: Uuid,
        late: Option<Duration>,
    ) -> Result<bool, StoreError> {
        let fired = sqlx::query_scalar!(
            r#"WITH tick AS (
                SELECT id, schedule, instant, asked_by, state FROM ticks WHERE id = $1 FOR UPDATE
            ), moved AS (
                UPDATE watermarks SET instant = greatest(watermarks.instant, tick.instant)
                FROM tick WHERE watermarks.schedule = tick.schedule AND tick.asked_by IS NULL AND state <> 'skipped'
            ), fired AS (
                UPDATE ticks
                SET state = CASE ticks.state WHEN 'pending' THEN 'fired' ELSE ticks.state END,
                    term = $2, job_id = $3, late_s = $4, fired_at = now()
                FROM tick
                WHERE ticks.id = tick.id AND ticks.fired_at IS NULL AND ticks.state IN ('pending', 'finished')
                RETURNING ticks.state
            )
            SELECT EXISTS (SELECT FROM fired WHERE state = 'fired') AS "fired!""#,
            id,
            term,
            job,
            late.map(secs),
        );
        within(fired.fetch_one(&self.pool)).await
    }

    /// Its job is done; it may be so before the leader could write that it was fired.
    pub async fn finished(&self, id: &str) -> Result<bool, StoreError> {
        let finished = sqlx::query!(
            "UPDATE ticks SET state = 'finished', decided_at = now() WHERE id = $1 AND state IN ('pending', 'fired')",
            id,
        );
        Ok(within(finished.execute(&self.pool)).await?.rows_affected() == 1)
    }

    /// `pending → skipped`, for one that was never fired.
    pub async fn skipped(&self, id: &str, reason: &str) -> Result<bool, StoreError> {
        let skipped = sqlx::query_scalar!(
            r#"WITH skipped AS (
                UPDATE ticks SET state = 'skipped', reason = $2, decided_at = now()
                WHERE id = $1 AND state = 'pending'
                RETURNING schedule, instant, asked_by
            ), moved AS (
                UPDATE watermarks SET instant = greatest(watermarks.instant, skipped.instant)
                FROM skipped WHERE watermarks.schedule = skipped.schedule AND asked_by IS NULL
            )
            SELECT EXISTS (SELECT FROM skipped) AS "skipped!""#,
            id,
            short(reason),
        );
        within(skipped.fetch_one(&self.pool)).await
    }

    /// Ticks that get a row only to say that they were skipped. How many had none before.
    pub async fn record_skipped(
        &self,
        schedule: &str,
        ticks: &[(String, Timestamp)],
        reason: &str,
    ) -> Result<u64, StoreError> {
        let ids: Vec<String> = ticks.iter().map(|(id, _)| id.clone()).collect();
        let instants: Vec<_> = ticks.iter().map(|(_, instant)| instant.to_sqlx()).collect();
        let recorded = sqlx::query_scalar!(
            r#"WITH new AS (
                SELECT * FROM unnest($2::text[], $3::timestamptz[]) AS new (id, instant)
            ), moved AS (
                UPDATE watermarks SET instant = greatest(instant, (SELECT max(new.instant) FROM new))
                WHERE schedule = $1
            ), recorded AS (
                INSERT INTO ticks (id, schedule, instant, state, reason, decided_at)
                SELECT id, $1, instant, 'skipped', $4, now() FROM new
                ON CONFLICT DO NOTHING
                RETURNING id
            )
            SELECT count(*) AS "recorded!" FROM recorded"#,
            schedule,
            &ids,
            instants as _,
            short(reason),
        );
        Ok(within(recorded.fetch_one(&self.pool)).await?.unsigned_abs())
    }

    /// All ticks from `from` until `to`, both included, skipped in one row. Whether that is new.
    pub async fn shared_skip(
        &self,
        schedule: &str,
        from: Timestamp,
        to: Timestamp,
        count: i64,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let recorded = sqlx::query_scalar!(
            r#"WITH moved AS (
                UPDATE watermarks SET instant = greatest(instant, $4) WHERE schedule = $2
            ), recorded AS (
                INSERT INTO ticks (id, schedule, instant, until_instant, count, state, reason, decided_at)
                VALUES ($1, $2, $3, $4, $5, 'skipped', $6, now())
                ON CONFLICT DO NOTHING
                RETURNING id
            )
            SELECT EXISTS (SELECT FROM recorded) AS "recorded!""#,
            format!("{schedule}@{from}..{to}"),
            schedule,
            from.to_sqlx() as _,
            to.to_sqlx() as _,
            count,
            short(reason),
        );
        within(recorded.fetch_one(&self.pool)).await
    }
}
