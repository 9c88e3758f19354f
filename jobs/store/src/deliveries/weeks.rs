//! The ledger's weeks: made ahead, and dropped whole when they are past their retention.
//!
//! Making and dropping locks the ledger for a moment. Whoever can't have that lock soon gives up and is
//! asked again later: while it waits, everybody else would wait behind it.

use std::time::Duration;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;

use crate::{Store, StoreError, Tx, column, secs, within};

const LOCK: &str = "SET LOCAL lock_timeout = '2s'";

impl Store {
    /// Makes the week of `day`, if there is none; whether there was none.
    pub async fn make_week(&self, day: Date) -> Result<bool, StoreError> {
        let mut tx = self.begin_ddl().await?;
        let made = sqlx::query_scalar!(
            r#"SELECT deliveries_make_week($1) AS "made!""#,
            day.to_sqlx() as _
        );
        let made = within(made.fetch_one(&mut *tx.inner)).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Drops the oldest week that ended by `day` and holds nothing open, and answers its Monday.
    pub async fn drop_week(&self, day: Date) -> Result<Option<Date>, StoreError> {
        let mut tx = self.begin_ddl().await?;
        let dropped = sqlx::query_scalar!(
            r#"SELECT deliveries_drop_week($1) AS "dropped: column::Date""#,
            day.to_sqlx() as _
        );
        let dropped = within(dropped.fetch_one(&mut *tx.inner)).await?;
        tx.commit().await?;
        Ok(dropped.map(Into::into))
    }

    /// Forgets what was decided that long ago and belongs to no week; how many.
    pub async fn forget_strays(&self, age: Duration, limit: i64) -> Result<u64, StoreError> {
        let forgotten = sqlx::query_scalar!(
            r#"WITH undated AS (
                DELETE FROM deliveries_undated WHERE id IN (
                    SELECT id FROM deliveries_undated WHERE decided_at < now() - make_interval(secs => $1)
                    ORDER BY decided_at LIMIT $2)
                RETURNING id
            ), stray AS (
                DELETE FROM deliveries_stray WHERE id IN (
                    SELECT id FROM deliveries_stray WHERE decided_at < now() - make_interval(secs => $1)
                    ORDER BY decided_at LIMIT $2)
                RETURNING id
            )
            SELECT (SELECT count(*) FROM undated) + (SELECT count(*) FROM stray) AS "forgotten!""#,
            secs(age),
            limit,
        );
        Ok(within(forgotten.fetch_one(&self.pool))
            .await?
            .unsigned_abs())
    }

    async fn begin_ddl(&self) -> Result<Tx, StoreError> {
        let mut tx = self.begin().await?;
        within(sqlx::query(LOCK).execute(&mut *tx.inner)).await?;
        Ok(tx)
    }
}
