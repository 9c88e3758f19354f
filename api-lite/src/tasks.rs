//! A household's chores.

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use store::{NewTask, Task, TaskChange, TaskId};

use crate::{
    Api,
    auth::Caller,
    error::{ApiError, Body},
};

const MOST: i64 = 200;

#[derive(Deserialize)]
pub(crate) struct Page {
    limit: Option<i64>,
}

#[derive(Deserialize)]
pub(crate) struct New {
    title: String,
    due_on: Option<Date>,
    #[serde(default)]
    done: bool,
}

#[derive(Deserialize)]
pub(crate) struct Change {
    title: Option<String>,
    /// Absent leaves it, null takes it away.
    #[serde(default, deserialize_with = "said")]
    due_on: Option<Option<Date>>,
    done: Option<bool>,
}

fn said<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<Date>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// Open ones first, the next due first; 100 unless `?limit=` says otherwise, 200 at most.
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let limit = page
        .map_or(Some(0), |Query(page)| page.limit)
        .unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::invalid(
            "limit",
            format!("must be from 1 to {MOST}"),
        ));
    }
    Ok(Json(
        json!({ "tasks": api.store.tasks_of(caller.0, limit).await? }),
    ))
}

pub(crate) async fn add(
    State(api): State<Api>,
    caller: Caller,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Task>), ApiError> {
    let home = api
        .store
        .residences_of(caller.0, 1)
        .await?
        .pop()
        .ok_or_else(ApiError::not_found)?;
    let wanted = NewTask {
        residence_id: home.id,
        title: title(&new.title)?,
        due_on: new.due_on,
    };
    let task = api
        .store
        .add_task(caller.0, wanted)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let done = TaskChange {
        done: Some(true),
        ..TaskChange::default()
    };
    let task = if new.done {
        api.store
            .update_task(caller.0, task.id, done)
            .await?
            .unwrap_or(task)
    } else {
        task
    };
    Ok((StatusCode::CREATED, Json(task)))
}

pub(crate) async fn change(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Task>, ApiError> {
    let change = TaskChange {
        title: change.title.as_deref().map(title).transpose()?,
        due_on: change.due_on,
        done: change.done,
    };
    let changed = api
        .store
        .update_task(caller.0, task_id(&id)?, change)
        .await?;
    changed.map(Json).ok_or_else(ApiError::not_found)
}

pub(crate) async fn delete(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let deleted = api.store.delete_task(caller.0, task_id(&id)?).await?;
    if deleted {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found())
    }
}

/// What is no number is no task of theirs either.
fn task_id(text: &str) -> Result<TaskId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found())
}

fn title(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if !(1..=200).contains(&text.chars().count()) || text.contains('\0') {
        return Err(ApiError::invalid("title", "must have 1 to 200 characters"));
    }
    Ok(text.to_owned())
}
