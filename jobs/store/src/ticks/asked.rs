//! Ticks that operators ask about, and ask for.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use super::{Tick, TickState};
use crate::{Store, StoreError, column, within};

impl Store {
    /// Rows `pending` for ticks that somebody asks for out of turn. Which of them are new.
    pub async fn record_asked(
        &self,
        schedule: &str,
        ticks: &[(String, Timestamp)],
        by: &str,
    ) -> Result<Vec<String>, StoreError> {
        let ids: Vec<String> = ticks.iter().map(|(id, _)| id.clone()).collect();
        let instants: Vec<_> = ticks.iter().map(|(_, instant)| instant.to_sqlx()).collect();
        let recorded = sqlx::query_scalar!(
            "INSERT INTO ticks (id, schedule, instant, state, asked_by)
            SELECT id, $1, instant, 'pending', $4 FROM unnest($2::text[], $3::timestamptz[]) AS new (id, instant)
            ON CONFLICT DO NOTHING
            RETURNING id",
            schedule,
            &ids,
            instants as _,
            by,
        );
        within(recorded.fetch_all(&self.pool)).await
    }

    /// Those of these ids that have a row, by id.
    pub async fn ticks_by_id(&self, ids: &[String]) -> Result<Vec<Tick>, StoreError> {
        within(
            ticks!("SELECT", "FROM ticks WHERE id = ANY ($1) ORDER BY id", ids)
                .fetch_all(&self.pool),
        )
        .await
    }

    /// What became of the tick that was due at that instant, alone or with others that share its row.
    pub async fn tick_at(
        &self,
        schedule: &str,
        instant: Timestamp,
    ) -> Result<Option<Tick>, StoreError> {
        let found = ticks!(
            "SELECT",
            "FROM ticks WHERE schedule = $1 AND instant <= $2 AND asked_by IS NULL
            ORDER BY instant DESC, id LIMIT 1",
            schedule,
            instant.to_sqlx() as _
        );
        let found = within(found.fetch_optional(&self.pool)).await?;
        Ok(found.filter(|tick| tick.until_instant.unwrap_or(tick.instant) >= instant))
    }

    /// The newest tick of each of these schedules that was fired.
    pub async fn last_fired(&self, schedules: &[String]) -> Result<Vec<Tick>, StoreError> {
        let newest = ticks!(
            "SELECT",
            "FROM unnest($1::text[]) AS line (of)
            CROSS JOIN LATERAL (
                SELECT * FROM ticks WHERE schedule = of AND state IN ('fired', 'finished')
                ORDER BY instant DESC, id LIMIT 1
            ) AS newest
            ORDER BY of",
            schedules
        );
        within(newest.fetch_all(&self.pool)).await
    }
}
