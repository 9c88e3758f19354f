//! What operators did, each in one row that is also the receipt of work in bulk.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{Store, StoreError, column, within};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    pub id: Uuid,
    pub verb: String,
    pub by_whom: String,
    pub reason: Option<String>,
    pub plan: Value,
    pub as_of: Timestamp,
    pub touched: i64,
    pub refused: i64,
    pub begun_at: Timestamp,
    /// `None`: it goes on, or was cut off.
    pub ended_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct NewOperation {
    pub id: Uuid,
    pub verb: String,
    pub by_whom: String,
    pub reason: Option<String>,
    pub plan: Value,
    pub as_of: Timestamp,
}

/// Rows of operations, by what comes after `FROM operations`.
macro_rules! operations {
    ($rest:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Operation,
            r#"SELECT id, verb, by_whom, reason, plan, as_of AS "as_of!: column::Timestamp", touched, refused,
                begun_at AS "begun_at!: column::Timestamp", ended_at AS "ended_at!: column::MaybeTimestamp"
            FROM operations "# + $rest,
            $($argument),*
        )
    };
}

impl Store {
    /// Before anything is touched.
    pub async fn begin_operation(&self, new: &NewOperation) -> Result<(), StoreError> {
        let begun = sqlx::query!(
            "INSERT INTO operations (id, verb, by_whom, reason, plan, as_of) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING",
            new.id,
            new.verb,
            new.by_whom,
            new.reason,
            new.plan,
            new.as_of.to_sqlx() as _,
        );
        within(begun.execute(&self.pool)).await?;
        Ok(())
    }

    /// Once nothing more will be touched. Whether it was open: its count is written once.
    pub async fn end_operation(
        &self,
        id: Uuid,
        touched: u64,
        refused: u64,
    ) -> Result<bool, StoreError> {
        let count = |many: u64| i64::try_from(many).unwrap_or(i64::MAX);
        let ended = sqlx::query!(
            "UPDATE operations SET touched = $2, refused = $3, ended_at = now() WHERE id = $1 AND ended_at IS NULL",
            id,
            count(touched),
            count(refused),
        );
        Ok(within(ended.execute(&self.pool)).await?.rows_affected() == 1)
    }

    pub async fn operation(&self, id: Uuid) -> Result<Option<Operation>, StoreError> {
        within(operations!("WHERE id = $1", id).fetch_optional(&self.pool)).await
    }

    /// The newest first, begun before this instant.
    pub async fn operations(
        &self,
        before: Option<Timestamp>,
        limit: i64,
    ) -> Result<Vec<Operation>, StoreError> {
        let found = operations!(
            "WHERE $1::timestamptz IS NULL OR begun_at < $1 ORDER BY begun_at DESC, id LIMIT $2",
            before.map(jiff_sqlx::ToSqlx::to_sqlx) as _,
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }
}
