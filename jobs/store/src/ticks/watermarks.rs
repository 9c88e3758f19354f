//! Up to where every tick of a schedule has a row.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use crate::{Store, StoreError, column, within};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watermark {
    pub schedule: String,
    pub instant: Timestamp,
    /// What the schedule said when it last moved it.
    pub spec: String,
}

impl Store {
    pub async fn watermarks(&self) -> Result<Vec<Watermark>, StoreError> {
        let found = sqlx::query_as!(
            Watermark,
            r#"SELECT schedule, instant AS "instant!: column::Timestamp", spec
            FROM watermarks ORDER BY schedule LIMIT 10000"#,
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// For a schedule that is new or was changed: what is due after this instant. Of several that begin
    /// the same, the first is right: what came due since is not to be passed over.
    pub async fn begin_schedule(
        &self,
        schedule: &str,
        instant: Timestamp,
        spec: &str,
    ) -> Result<(), StoreError> {
        let begun = sqlx::query!(
            "INSERT INTO watermarks (schedule, instant, spec) VALUES ($1, $2, $3)
            ON CONFLICT (schedule) DO UPDATE
            SET instant = greatest(watermarks.instant, excluded.instant), spec = excluded.spec
            WHERE watermarks.spec <> excluded.spec",
            schedule,
            instant.to_sqlx() as _,
            spec,
        );
        within(begun.execute(&self.pool)).await?;
        Ok(())
    }

    /// Steps past an instant. Watermarks never move back, and only for who says the same of the schedule as
    /// it was begun with: a leader that was held up may say something that has been changed since.
    pub async fn set_watermark(
        &self,
        schedule: &str,
        instant: Timestamp,
        spec: &str,
    ) -> Result<(), StoreError> {
        let set = sqlx::query!(
            "UPDATE watermarks SET instant = greatest(instant, $2) WHERE schedule = $1 AND spec = $3",
            schedule,
            instant.to_sqlx() as _,
            spec,
        );
        within(set.execute(&self.pool)).await?;
        Ok(())
    }
}
