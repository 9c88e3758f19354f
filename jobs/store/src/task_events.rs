//! What happened to chores that others in the household are told of.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Store, StoreError, Task, TaskEventId, TaskId, Tx, UserId, column, within};

/// As it was, and how its chore and the people stand now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskEvent {
    pub id: TaskEventId,
    pub task_id: TaskId,
    pub event: TaskEventKind,
    /// Whose doing it was; `None` once they are gone.
    pub actor: Option<String>,
    pub created_at: Timestamp,
    pub title: String,
    pub done: bool,
    /// Whose chore it is now.
    pub assignee_id: Option<UserId>,
    /// The same has happened to the chore again since.
    pub overtaken: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum TaskEventKind {
    Assigned,
    Completed,
}

impl Tx {
    /// `actor` did this to `task`, as it stands now.
    pub async fn add_task_event(
        &mut self,
        task: &Task,
        event: TaskEventKind,
        actor: UserId,
    ) -> Result<TaskEventId, StoreError> {
        let assignee = task
            .assignee_id
            .filter(|_| event == TaskEventKind::Assigned);
        let added = sqlx::query_scalar!(
            r#"INSERT INTO task_events (task_id, event, actor_id, assignee_id) VALUES ($1, $2, $3, $4)
            RETURNING id AS "id!: TaskEventId""#,
            task.id.0,
            event as _,
            actor.0,
            assignee.map(|user| user.0),
        );
        within(added.fetch_one(&mut *self.inner)).await
    }

    /// The members of its household but `actor`, a hundred at most.
    pub async fn others_of(
        &mut self,
        task: &Task,
        actor: UserId,
    ) -> Result<Vec<UserId>, StoreError> {
        let found = sqlx::query_scalar!(
            r#"SELECT user_id AS "user_id!: UserId" FROM members
            WHERE residence_id = $1 AND user_id <> $2 ORDER BY user_id LIMIT 100"#,
            task.residence_id.0,
            actor.0,
        );
        within(found.fetch_all(&mut *self.inner)).await
    }
}

impl Store {
    /// As a member of its household sees it: to anybody else it doesn't exist.
    pub async fn task_event(
        &self,
        user: UserId,
        id: TaskEventId,
    ) -> Result<Option<TaskEvent>, StoreError> {
        let found = sqlx::query_as!(
            TaskEvent,
            r#"SELECT task_events.id AS "id!: TaskEventId", task_id AS "task_id!: TaskId",
                event AS "event!: TaskEventKind", actors.name AS "actor?",
                task_events.created_at AS "created_at!: column::Timestamp", title,
                done_at IS NOT NULL AS "done!", tasks.assignee_id AS "assignee_id?: UserId",
                EXISTS (SELECT FROM task_events AS newer
                    WHERE newer.task_id = task_events.task_id AND newer.event = task_events.event
                        AND newer.id > task_events.id) AS "overtaken!"
            FROM task_events
            JOIN tasks ON tasks.id = task_id
            JOIN members ON members.residence_id = tasks.residence_id AND members.user_id = $1
            LEFT JOIN users AS actors ON actors.id = actor_id
            WHERE task_events.id = $2"#,
            user.0,
            id.0,
        );
        within(found.fetch_optional(&self.pool)).await
    }
}
