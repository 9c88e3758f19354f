//! Who is next due for what.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx as _;

use crate::{Store, StoreError, Tx, UserId, column, within};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaRow {
    pub user_id: UserId,
    pub kind: String,
    pub next_at: Timestamp,
    pub timezone: Option<String>,
    /// The hour that the person chose for this kind.
    pub hour: Option<i8>,
}

impl Tx {
    pub async fn set_agenda(
        &mut self,
        user: UserId,
        kind: &str,
        next_at: Timestamp,
    ) -> Result<(), StoreError> {
        let set = sqlx::query!(
            "INSERT INTO agenda (user_id, kind, next_at) VALUES ($1, $2, $3)
            ON CONFLICT (user_id, kind) DO UPDATE SET next_at = excluded.next_at",
            user.0,
            kind,
            next_at.to_sqlx() as _,
        );
        within(set.execute(&mut *self.inner)).await?;
        Ok(())
    }

    /// Those due by `until`, kept from other sweeps until this transaction ends. Digests have an hour
    /// of their own, everything else comes at the hour of reminders.
    pub async fn due_agenda(
        &mut self,
        kinds: &[&str],
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<AgendaRow>, StoreError> {
        let due = sqlx::query_as!(
            AgendaRow,
            r#"SELECT user_id AS "user_id!: UserId", kind, next_at AS "next_at!: column::Timestamp", timezone,
                (CASE WHEN kind = 'daily-digest' THEN digest_hour ELSE reminder_hour END)::int::"char" AS "hour?"
            FROM agenda JOIN users ON users.id = user_id
            WHERE kind = ANY ($1) AND next_at <= $2
            ORDER BY next_at, user_id LIMIT $3
            FOR UPDATE OF agenda SKIP LOCKED"#,
            kinds as _,
            until.to_sqlx() as _,
            limit,
        );
        within(due.fetch_all(&mut *self.inner)).await
    }

    /// A person's, kept from sweeps until this transaction ends.
    pub async fn agenda_for_change(&mut self, user: UserId) -> Result<Vec<AgendaRow>, StoreError> {
        let found = sqlx::query_as!(
            AgendaRow,
            r#"SELECT user_id AS "user_id!: UserId", kind, next_at AS "next_at!: column::Timestamp", timezone,
                (CASE WHEN kind = 'daily-digest' THEN digest_hour ELSE reminder_hour END)::int::"char" AS "hour?"
            FROM agenda JOIN users ON users.id = user_id
            WHERE user_id = $1 ORDER BY kind LIMIT 100
            FOR UPDATE OF agenda"#,
            user.0,
        );
        within(found.fetch_all(&mut *self.inner)).await
    }

    /// The latest occasion of a kind whose occasions sort as they follow, since `since`.
    pub async fn last_occasion(
        &mut self,
        user: UserId,
        kind: &str,
        since: Date,
    ) -> Result<Option<String>, StoreError> {
        let last = sqlx::query_scalar!(
            "SELECT max(occasion) FROM deliveries
            WHERE user_id = $1 AND kind = $2 AND (day >= $3 OR day = '1970-01-01')",
            user.0,
            kind,
            since.to_sqlx() as _,
        );
        within(last.fetch_one(&mut *self.inner)).await
    }

    /// Each from where it was seen to its next; one that has moved meanwhile stays. How many moved.
    pub async fn advance_agenda(
        &mut self,
        moved: &[(UserId, String, Timestamp, Timestamp)],
    ) -> Result<u64, StoreError> {
        let users: Vec<i64> = moved.iter().map(|(user, ..)| user.0).collect();
        let kinds: Vec<String> = moved.iter().map(|(_, kind, ..)| kind.clone()).collect();
        let from: Vec<_> = moved.iter().map(|(_, _, from, _)| from.to_sqlx()).collect();
        let to: Vec<_> = moved.iter().map(|(.., to)| to.to_sqlx()).collect();
        let advanced = sqlx::query!(
            "UPDATE agenda SET next_at = moved.next_at
            FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::timestamptz[])
                AS moved (user_id, kind, seen_at, next_at)
            WHERE agenda.user_id = moved.user_id AND agenda.kind = moved.kind AND agenda.next_at = moved.seen_at",
            &users,
            &kinds,
            from as _,
            to as _,
        );
        Ok(within(advanced.execute(&mut *self.inner))
            .await?
            .rows_affected())
    }
}

impl Store {
    /// All that a person will be due for.
    pub async fn agenda_of(&self, user: UserId) -> Result<Vec<AgendaRow>, StoreError> {
        let found = sqlx::query_as!(
            AgendaRow,
            r#"SELECT user_id AS "user_id!: UserId", kind, next_at AS "next_at!: column::Timestamp", timezone,
                (CASE WHEN kind = 'daily-digest' THEN digest_hour ELSE reminder_hour END)::int::"char" AS "hour?"
            FROM agenda JOIN users ON users.id = user_id
            WHERE user_id = $1 ORDER BY next_at LIMIT 100"#,
            user.0,
        );
        within(found.fetch_all(&self.pool)).await
    }
}
