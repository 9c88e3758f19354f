//! Chores, as the members of their household see them; to anybody else they don't exist.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::Serialize;

use crate::{ResidenceId, Store, StoreError, TaskId, Tx, UserId, column, within};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    pub id: TaskId,
    pub residence_id: ResidenceId,
    pub title: String,
    pub due_on: Option<Date>,
    pub done_at: Option<Timestamp>,
    /// Whose chore it is; `None` is anybody's.
    pub assignee_id: Option<UserId>,
}

#[derive(Debug, Clone)]
pub struct NewTask {
    pub residence_id: ResidenceId,
    pub title: String,
    pub due_on: Option<Date>,
}

/// What is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct TaskChange {
    pub title: Option<String>,
    pub due_on: Option<Option<Date>>,
    pub done: Option<bool>,
    /// [`StoreError::Invalid`] if they are no member there.
    pub assignee_id: Option<Option<UserId>>,
}

/// What is not done and due in some time: the first of it, and how much it is in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub first: Vec<DueTask>,
    pub count: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTask {
    pub title: String,
    pub due_on: Date,
}

/// Rows of tasks, between what comes before and after their columns.
macro_rules! tasks {
    ($before:literal, $after:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Task,
            $before + r#" tasks.id AS "id!: TaskId", tasks.residence_id AS "residence_id!: ResidenceId",
                tasks.title AS "title!", tasks.due_on AS "due_on!: column::MaybeDate",
                tasks.done_at AS "done_at!: column::MaybeTimestamp", tasks.assignee_id AS "assignee_id?: UserId" "# + $after,
            $($argument),*
        )
    };
}

impl Tx {
    /// `None` if the person is no member there.
    pub async fn add_task(
        &mut self,
        user: UserId,
        new: NewTask,
    ) -> Result<Option<Task>, StoreError> {
        let added = tasks!(
            "INSERT INTO tasks (residence_id, title, due_on)
            SELECT residence_id, $3, $4 FROM members WHERE user_id = $1 AND residence_id = $2 RETURNING",
            "",
            user.0,
            new.residence_id.0,
            new.title,
            new.due_on.map(ToSqlx::to_sqlx) as _
        );
        within(added.fetch_optional(&mut *self.inner)).await
    }

    /// Kept from other changes until this transaction ends.
    pub async fn task_for_change(
        &mut self,
        user: UserId,
        id: TaskId,
    ) -> Result<Option<Task>, StoreError> {
        let found = tasks!(
            "SELECT",
            "FROM tasks JOIN members USING (residence_id) WHERE user_id = $1 AND id = $2 FOR UPDATE OF tasks",
            user.0,
            id.0
        );
        within(found.fetch_optional(&mut *self.inner)).await
    }

    /// Done stays done since when it was.
    pub async fn update_task(
        &mut self,
        user: UserId,
        id: TaskId,
        to: TaskChange,
    ) -> Result<Option<Task>, StoreError> {
        let changed = tasks!(
            "UPDATE tasks SET
                title = coalesce($3, title),
                due_on = CASE WHEN $4::boolean THEN $5::date ELSE due_on END,
                done_at = CASE $6::boolean WHEN true THEN coalesce(done_at, now()) WHEN false THEN NULL ELSE done_at END,
                assignee_id = CASE WHEN $7::boolean THEN $8::bigint ELSE assignee_id END
            FROM members WHERE members.residence_id = tasks.residence_id AND user_id = $1 AND id = $2 RETURNING",
            "",
            user.0,
            id.0,
            to.title,
            to.due_on.is_some(),
            to.due_on.flatten().map(ToSqlx::to_sqlx) as _,
            to.done,
            to.assignee_id.is_some(),
            to.assignee_id.flatten().map(|user| user.0)
        );
        within(changed.fetch_optional(&mut *self.inner)).await
    }
}

impl Store {
    /// See [`Tx::add_task`].
    pub async fn add_task(&self, user: UserId, new: NewTask) -> Result<Option<Task>, StoreError> {
        let mut tx = self.begin().await?;
        let added = tx.add_task(user, new).await?;
        tx.commit().await?;
        Ok(added)
    }

    /// Their open ones first, the earliest due first. Of each household no more are read than are asked for.
    pub async fn tasks_of(&self, user: UserId, limit: i64) -> Result<Vec<Task>, StoreError> {
        let found = tasks!(
            "SELECT",
            "FROM members CROSS JOIN LATERAL (
                SELECT * FROM tasks WHERE tasks.residence_id = members.residence_id
                ORDER BY (done_at IS NOT NULL), due_on, id LIMIT $2
            ) AS tasks
            WHERE user_id = $1 ORDER BY (done_at IS NOT NULL), due_on, id LIMIT $2",
            user.0,
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }

    pub async fn task(&self, user: UserId, id: TaskId) -> Result<Option<Task>, StoreError> {
        let found = tasks!(
            "SELECT",
            "FROM tasks JOIN members USING (residence_id) WHERE user_id = $1 AND id = $2",
            user.0,
            id.0
        );
        within(found.fetch_optional(&self.pool)).await
    }

    /// See [`Tx::update_task`].
    pub async fn update_task(
        &self,
        user: UserId,
        id: TaskId,
        to: TaskChange,
    ) -> Result<Option<Task>, StoreError> {
        let mut tx = self.begin().await?;
        let changed = tx.update_task(user, id, to).await?;
        tx.commit().await?;
        Ok(changed)
    }

    pub async fn delete_task(&self, user: UserId, id: TaskId) -> Result<bool, StoreError> {
        let deleted = sqlx::query!(
            "DELETE FROM tasks USING members
            WHERE members.residence_id = tasks.residence_id AND user_id = $1 AND id = $2",
            user.0,
            id.0,
        );
        let deleted = within(deleted.execute(&self.pool)).await?;
        Ok(deleted.rows_affected() == 1)
    }

    /// Whether anything was ever done in a household of theirs.
    pub async fn has_done_a_task(&self, user: UserId) -> Result<bool, StoreError> {
        let done = sqlx::query_scalar!(
            r#"SELECT EXISTS (
                SELECT FROM tasks JOIN members USING (residence_id)
                WHERE user_id = $1 AND done_at IS NOT NULL) AS "done!""#,
            user.0,
        );
        within(done.fetch_one(&self.pool)).await
    }

    /// What was done from `from` until before `to`, the latest first.
    pub async fn tasks_done(
        &self,
        user: UserId,
        from: Timestamp,
        to: Timestamp,
        limit: i64,
    ) -> Result<Vec<Task>, StoreError> {
        let found = tasks!(
            "SELECT",
            "FROM tasks JOIN members USING (residence_id)
            WHERE user_id = $1 AND done_at >= $2 AND done_at < $3
            ORDER BY done_at DESC, id LIMIT $4",
            user.0,
            from.to_sqlx() as _,
            to.to_sqlx() as _,
            limit
        );
        within(found.fetch_all(&self.pool)).await
    }

    /// What is not done and due from `from` (or ever) until `to`, both included, the earliest first. Listed
    /// and counted by one statement, so that the two agree.
    pub async fn open_tasks_due(
        &self,
        user: UserId,
        from: Option<Date>,
        to: Date,
        limit: i64,
    ) -> Result<Due, StoreError> {
        let found = sqlx::query!(
            r#"WITH due AS NOT MATERIALIZED (
                SELECT id, title, due_on FROM tasks JOIN members USING (residence_id)
                WHERE user_id = $1 AND done_at IS NULL AND due_on >= coalesce($2, '-infinity'::date) AND due_on <= $3)
            SELECT title AS "title!", due_on AS "due_on!: column::Date", (SELECT count(*) FROM due) AS "count!"
            FROM due ORDER BY due_on, id LIMIT $4"#,
            user.0,
            from.map(ToSqlx::to_sqlx) as _,
            to.to_sqlx() as _,
            limit
        );
        let rows = within(found.fetch_all(&self.pool)).await?;
        let count = rows.first().map_or(0, |row| row.count);
        let tasks = rows.into_iter().map(|row| DueTask {
            title: row.title,
            due_on: row.due_on.into(),
        });
        Ok(Due {
            first: tasks.collect(),
            count,
        })
    }
}
