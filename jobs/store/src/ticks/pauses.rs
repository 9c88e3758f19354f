//! Schedules that an operator has told to fire nothing for a while.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;

use crate::{Store, StoreError, column, within};

/// A pause, under way or ended. What came due in it is not fired afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pause {
    pub schedule: String,
    pub reason: String,
    pub paused_by: String,
    pub since: Timestamp,
    pub until: Timestamp,
}

impl Store {
    /// From now on, if it is not paused already; then only reason and end change.
    pub async fn pause(
        &self,
        schedule: &str,
        until: Timestamp,
        reason: &str,
        by: &str,
    ) -> Result<(), StoreError> {
        let paused = sqlx::query!(
            "INSERT INTO pauses (schedule, until, reason, paused_by) VALUES ($1, $2, $3, $4)
            ON CONFLICT (schedule) DO UPDATE
            SET until = excluded.until, reason = excluded.reason, paused_by = excluded.paused_by,
                since = CASE WHEN pauses.until > now() THEN pauses.since ELSE excluded.since END",
            schedule,
            until.to_sqlx() as _,
            reason,
            by,
        );
        within(paused.execute(&self.pool)).await?;
        Ok(())
    }

    /// Ends a pause; whether there was one.
    pub async fn resume(&self, schedule: &str) -> Result<bool, StoreError> {
        let resumed = sqlx::query!(
            "UPDATE pauses SET until = now() WHERE schedule = $1 AND until > now()",
            schedule,
        );
        Ok(within(resumed.execute(&self.pool)).await?.rows_affected() == 1)
    }

    /// The latest of each schedule, also those that have ended.
    pub async fn pauses(&self) -> Result<Vec<Pause>, StoreError> {
        let found = sqlx::query_as!(
            Pause,
            r#"SELECT schedule, reason, paused_by, since AS "since!: column::Timestamp",
                until AS "until!: column::Timestamp"
            FROM pauses ORDER BY schedule LIMIT 10000"#,
        );
        within(found.fetch_all(&self.pool)).await
    }
}
