//! Instants at which schedules were due: every one ever has a row, or shares one.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;
use uuid::Uuid;

pub use self::{pauses::Pause, watermarks::Watermark};
use crate::{Store, StoreError, column, secs, within};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tick {
    pub id: String,
    pub schedule: String,
    pub instant: Timestamp,
    pub state: TickState,
    pub reason: Option<String>,
    pub term: Option<i64>,
    pub job_id: Option<Uuid>,
    /// Who asked for it out of turn.
    pub asked_by: Option<String>,
    /// How late it was fired.
    pub late_s: Option<f64>,
    /// Where the last of those is that share this row.
    pub until_instant: Option<Timestamp>,
    /// How many share this row.
    pub count: i64,
    pub recorded_at: Timestamp,
    pub fired_at: Option<Timestamp>,
    pub decided_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum TickState {
    Pending,
    Fired,
    Finished,
    Skipped,
}

impl fmt::Display for TickState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pending => "pending",
            Self::Fired => "fired",
            Self::Finished => "finished",
            Self::Skipped => "skipped",
        })
    }
}

/// Rows of ticks, between what comes before and after their columns.
macro_rules! ticks {
    ($before:literal, $after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Tick,
            $before + r#" id AS "id!", schedule AS "schedule!", instant AS "instant!: column::Timestamp",
                state AS "state!: TickState", reason AS "reason?", term AS "term?", job_id AS "job_id?",
                asked_by AS "asked_by?", late_s AS "late_s?",
                until_instant AS "until_instant!: column::MaybeTimestamp", count AS "count!",
                recorded_at AS "recorded_at!: column::Timestamp", fired_at AS "fired_at!: column::MaybeTimestamp",
                decided_at AS "decided_at!: column::MaybeTimestamp" "# + $after,
            $($argument),*
        )
    };
}

mod asked;
mod pauses;
mod settle;
mod unfinished;
mod watermarks;

impl Store {
    /// Step one of firing. Whether the row is new; one that stands is another's decision.
    pub async fn record_pending(
        &self,
        id: &str,
        schedule: &str,
        instant: Timestamp,
        asked_by: Option<&str>,
    ) -> Result<bool, StoreError> {
        let recorded = sqlx::query!(
            "INSERT INTO ticks (id, schedule, instant, state, asked_by) VALUES ($1, $2, $3, 'pending', $4)
            ON CONFLICT DO NOTHING",
            id,
            schedule,
            instant.to_sqlx() as _,
            asked_by,
        );
        Ok(within(recorded.execute(&self.pool)).await?.rows_affected() == 1)
    }

    pub async fn tick(&self, id: &str) -> Result<Option<Tick>, StoreError> {
        within(ticks!("SELECT", "FROM ticks WHERE id = $1", id).fetch_optional(&self.pool)).await
    }

    /// Those of these schedules, the oldest first, and then those that nobody here knows.
    pub async fn pending_ticks(
        &self,
        known: &[String],
        limit: i64,
    ) -> Result<Vec<Tick>, StoreError> {
        let pending = ticks!(
            "SELECT",
            "FROM ticks WHERE state = 'pending' ORDER BY schedule <> ALL ($1), instant, id LIMIT $2",
            known,
            limit
        );
        within(pending.fetch_all(&self.pool)).await
    }

    /// A schedule's, the newest first.
    pub async fn ticks_of(&self, schedule: &str, limit: i64) -> Result<Vec<Tick>, StoreError> {
        let found = ticks!(
            "SELECT",
            "FROM ticks WHERE schedule = $1 ORDER BY instant DESC, id LIMIT $2",
            schedule,
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// Those fired and not finished that are to be looked after now: `first` after they were fired,
    /// then in twice the time each, `at_most` later.
    pub async fn ticks_for_check(
        &self,
        first: Duration,
        at_most: Duration,
        limit: i64,
    ) -> Result<Vec<Tick>, StoreError> {
        let due = ticks!(
            "WITH due AS (
                SELECT id AS due_id, coalesce(check_interval, make_interval(secs => $1)) * 2 AS wait FROM ticks
                WHERE state = 'fired' AND coalesce(check_at, fired_at + make_interval(secs => $1)) <= now()
                ORDER BY fired_at LIMIT $3
                FOR UPDATE SKIP LOCKED
            )
            UPDATE ticks
            SET check_interval = least(wait, make_interval(secs => $2)),
                check_at = now() + least(wait, make_interval(secs => $2))
            FROM due WHERE id = due_id
            RETURNING",
            "",
            secs(first),
            secs(at_most),
            limit
        );
        within(due.fetch_all(&self.pool)).await
    }

    /// All that are fired and not finished, a page at a time, by id; the first page comes after `""`.
    pub async fn open_ticks(&self, after: &str, limit: i64) -> Result<Vec<Tick>, StoreError> {
        let open = ticks!(
            "SELECT",
            "FROM ticks WHERE state = 'fired' AND id > $1 ORDER BY id LIMIT $2",
            after,
            limit
        );
        within(open.fetch_all(&self.pool)).await
    }
}
