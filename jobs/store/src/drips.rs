//! How far people have come with what we tell them in their first days.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use crate::{NewDelivery, Store, StoreError, Tx, UserId, column, within};

/// Why nothing more of it will be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum DripEnd {
    /// They do by themselves what the steps urge.
    Goal,
    Unsubscribed,
    /// The last step is through.
    Finished,
}

/// One that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drip {
    pub user_id: UserId,
    pub timezone: Option<String>,
    pub enrolled_at: Timestamp,
    /// The day of the last step that was considered or passed over.
    pub reached: i16,
    pub next_at: Timestamp,
    /// A chore of their household was done.
    pub goal: bool,
    pub unsubscribed: bool,
}

/// Rows of drips that go on, between what comes before and after their columns.
macro_rules! drips {
    ($kind:expr, $after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Drip,
            r#"SELECT drips.user_id AS "user_id!: UserId", timezone,
                enrolled_at AS "enrolled_at!: column::Timestamp", reached, next_at AS "next_at!: column::Timestamp",
                EXISTS (
                    SELECT FROM members JOIN tasks USING (residence_id)
                    WHERE members.user_id = drips.user_id AND done_at IS NOT NULL) AS "goal!",
                EXISTS (
                    SELECT FROM preferences WHERE preferences.user_id = drips.user_id AND kind = $1
                        AND channel = 'mail' AND NOT wanted) AS "unsubscribed!"
            FROM drips JOIN users ON users.id = drips.user_id WHERE ended_at IS NULL "# + $after,
            $kind,
            $($argument),*
        )
    };
}

impl Tx {
    /// Once: whoever was enrolled before stays where they are.
    pub async fn enrol(
        &mut self,
        user: UserId,
        at: Timestamp,
        next_at: Timestamp,
    ) -> Result<(), StoreError> {
        let enrolled = sqlx::query!(
            "INSERT INTO drips (user_id, enrolled_at, next_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            user.0,
            at.to_sqlx() as _,
            next_at.to_sqlx() as _,
        );
        within(enrolled.execute(&mut *self.inner)).await?;
        Ok(())
    }

    /// Those due by `until`, kept from others until this transaction ends. `kind` is what their steps
    /// are sent as.
    pub async fn due_drips(
        &mut self,
        kind: &str,
        until: Timestamp,
        limit: i64,
    ) -> Result<Vec<Drip>, StoreError> {
        let due = drips!(
            kind,
            "AND next_at <= $2 ORDER BY next_at, drips.user_id LIMIT $3 FOR UPDATE OF drips SKIP LOCKED",
            until.to_sqlx() as _,
            limit
        );
        within(due.fetch_all(&mut *self.inner)).await
    }

    /// A person's, kept from others until this transaction ends; `None` if they have none that goes on.
    pub async fn drip_for_change(
        &mut self,
        user: UserId,
        kind: &str,
    ) -> Result<Option<Drip>, StoreError> {
        let found = drips!(kind, "AND drips.user_id = $2 FOR UPDATE OF drips", user.0);
        within(found.fetch_optional(&mut *self.inner)).await
    }

    /// Each to the step it has reached and the instant of its next.
    pub async fn advance_drips(
        &mut self,
        moved: &[(UserId, i16, Timestamp)],
    ) -> Result<(), StoreError> {
        let users: Vec<i64> = moved.iter().map(|(user, ..)| user.0).collect();
        let reached: Vec<i16> = moved.iter().map(|(_, reached, _)| *reached).collect();
        let next: Vec<_> = moved.iter().map(|(.., next)| next.to_sqlx()).collect();
        let advanced = sqlx::query!(
            "UPDATE drips SET reached = moved.reached, next_at = moved.next_at
            FROM unnest($1::bigint[], $2::smallint[], $3::timestamptz[]) AS moved (user_id, reached, next_at)
            WHERE drips.user_id = moved.user_id AND ended_at IS NULL",
            &users,
            &reached,
            next as _,
        );
        within(advanced.execute(&mut *self.inner)).await?;
        Ok(())
    }

    /// Steps that are not to be said, with the reason. What was considered before stays as it is.
    pub async fn pass_over(&mut self, steps: &[NewDelivery], why: &str) -> Result<(), StoreError> {
        let new = self.consider(steps).await?;
        let passed = sqlx::query!(
            "UPDATE deliveries SET state = 'skipped', reason = $2, decided_at = now()
            FROM unnest($1::uuid[]) AS passed (id)
            WHERE deliveries.id = passed.id AND day = delivery_day(passed.id)",
            &new as _,
            why,
        );
        within(passed.execute(&mut *self.inner)).await?;
        Ok(())
    }

    /// Ended stays ended, and why.
    pub async fn end_drips(&mut self, users: &[UserId], why: DripEnd) -> Result<(), StoreError> {
        let ended = sqlx::query!(
            "UPDATE drips SET ended_at = now(), ended_why = $2 WHERE user_id = ANY ($1) AND ended_at IS NULL",
            users as _,
            why as _,
        );
        within(ended.execute(&mut *self.inner)).await?;
        Ok(())
    }
}

impl Store {
    /// `None` if they have none that goes on.
    pub async fn drip_of(&self, user: UserId, kind: &str) -> Result<Option<Drip>, StoreError> {
        let found = drips!(kind, "AND drips.user_id = $2", user.0);
        within(found.fetch_optional(&self.pool)).await
    }
}
