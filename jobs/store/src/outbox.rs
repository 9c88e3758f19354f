//! Jobs that a transaction wanted, of kinds that do not speak: for those that do, the ledger is it.
//!
//! A row is there until its job is done.

use std::time::Duration;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use crate::{Store, StoreError, Tx, column, secs, within};

#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// Also the id of its job.
    pub id: Uuid,
    pub kind: String,
    pub queue: String,
    pub payload: Value,
    pub not_before: Option<Timestamp>,
    pub not_after: Timestamp,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone)]
pub struct NewOutbox {
    pub id: Uuid,
    pub kind: String,
    pub queue: String,
    pub payload: Value,
    pub not_before: Option<Timestamp>,
    pub not_after: Timestamp,
    pub check_at: Timestamp,
}

/// Rows of the outbox, between what comes before and after their columns.
macro_rules! outbox {
    ($before:literal, $after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            OutboxRow,
            $before + r#" id AS "id!", kind AS "kind!", queue AS "queue!", payload AS "payload!",
                not_before AS "not_before!: column::MaybeTimestamp",
                not_after AS "not_after!: column::Timestamp", created_at AS "created_at!: column::Timestamp" "#
                + $after,
            $($argument),*
        )
    };
}

impl Tx {
    /// Whether it is new.
    pub async fn add_outbox(&mut self, new: &NewOutbox) -> Result<bool, StoreError> {
        let added = sqlx::query!(
            "INSERT INTO outbox (id, kind, queue, payload, not_before, not_after, check_at, check_interval)
            VALUES ($1, $2, $3, $4, $5, $6, $7, greatest($7 - coalesce($5, now()), interval '1 s'))
            ON CONFLICT DO NOTHING",
            new.id,
            new.kind,
            new.queue,
            new.payload,
            new.not_before.map(ToSqlx::to_sqlx) as _,
            new.not_after.to_sqlx() as _,
            new.check_at.to_sqlx() as _,
        );
        Ok(within(added.execute(&mut *self.inner))
            .await?
            .rows_affected()
            == 1)
    }
}

impl Store {
    /// Its job is done.
    pub async fn delete_outbox(&self, id: Uuid) -> Result<bool, StoreError> {
        let deleted = sqlx::query!("DELETE FROM outbox WHERE id = $1", id);
        Ok(within(deleted.execute(&self.pool)).await?.rows_affected() == 1)
    }

    /// Claims those whose job was not enqueued by whoever added them, for as long as they had to wait.
    pub async fn outbox_for_relay(
        &self,
        older_than: Duration,
        limit: i64,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let due = outbox!(
            "WITH due AS (
                SELECT id AS due_id FROM outbox
                WHERE relayed_at IS NULL AND greatest(created_at, claimed_at) < now() - make_interval(secs => $1)
                ORDER BY created_at LIMIT $2
                FOR UPDATE SKIP LOCKED
            )
            UPDATE outbox SET claimed_at = now() FROM due WHERE id = due_id RETURNING",
            "",
            secs(older_than),
            limit
        );
        within(due.fetch_all(&self.pool)).await
    }

    pub async fn mark_outbox_relayed(&self, ids: &[Uuid]) -> Result<(), StoreError> {
        let marked = sqlx::query!(
            "UPDATE outbox SET relayed_at = now() WHERE id = ANY ($1) AND relayed_at IS NULL",
            ids,
        );
        within(marked.execute(&self.pool)).await?;
        Ok(())
    }

    /// Those to be looked after now. Each is looked after again in twice the time, `at_most` later.
    pub async fn outbox_for_check(
        &self,
        at_most: Duration,
        limit: i64,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let due = outbox!(
            "WITH due AS (
                SELECT id AS due_id FROM outbox WHERE check_at <= now() ORDER BY check_at LIMIT $2
                FOR UPDATE SKIP LOCKED
            )
            UPDATE outbox
            SET check_interval = least(check_interval * 2, make_interval(secs => $1)),
                check_at = now() + least(check_interval * 2, make_interval(secs => $1))
            FROM due WHERE id = due_id
            RETURNING",
            "",
            secs(at_most),
            limit
        );
        within(due.fetch_all(&self.pool)).await
    }

    /// All of them, a page at a time, by id; the first page comes after [`Uuid::nil`].
    pub async fn open_outbox(&self, after: Uuid, limit: i64) -> Result<Vec<OutboxRow>, StoreError> {
        let open = outbox!(
            "SELECT",
            "FROM outbox WHERE id > $1 ORDER BY id LIMIT $2",
            after,
            limit
        );
        within(open.fetch_all(&self.pool)).await
    }

    /// Those of them that are still wanted.
    pub async fn outbox_rows(&self, ids: &[Uuid]) -> Result<Vec<OutboxRow>, StoreError> {
        let found = outbox!("SELECT", "FROM outbox WHERE id = ANY ($1) ORDER BY id", ids);
        within(found.fetch_all(&self.pool)).await
    }

    /// Drops those whose deadline passed longer than `grace` ago, and says which.
    pub async fn give_up_outbox(
        &self,
        limit: i64,
        grace: Duration,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let late = outbox!(
            "WITH late AS (
                SELECT id AS late_id FROM outbox WHERE not_after < now() - make_interval(secs => $2)
                ORDER BY not_after LIMIT $1
                FOR UPDATE SKIP LOCKED
            )
            DELETE FROM outbox USING late WHERE id = late_id RETURNING",
            "",
            limit,
            secs(grace)
        );
        within(late.fetch_all(&self.pool)).await
    }
}
