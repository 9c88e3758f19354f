//! A household's chores.

use std::ops::RangeInclusive;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use jiff::civil::Date;
use kinds::household;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{NewTask, ResidenceId, StoreError, Task, TaskChange, TaskId, Tx, UserId};

use crate::{
    Api,
    auth::Caller,
    carry::carry,
    error::{ApiError, Body},
    id::Id,
    said::said,
};

const MOST: i64 = 200;
/// Four digits each, as a date is written; Postgres does not take all of those that can be.
const YEARS: RangeInclusive<i16> = 1900..=9999;

#[derive(Deserialize)]
pub(crate) struct Page {
    limit: Option<i64>,
}

#[derive(Deserialize)]
pub(crate) struct New {
    title: String,
    due_on: Option<Date>,
    /// Absent, it is their own household's.
    residence_id: Option<ResidenceId>,
    #[serde(default)]
    done: bool,
    /// A member of the household.
    assignee_id: Option<UserId>,
}

#[derive(Deserialize)]
pub(crate) struct Change {
    title: Option<String>,
    /// Absent leaves it, null takes it away.
    #[serde(default, deserialize_with = "said")]
    due_on: Option<Option<Date>>,
    done: Option<bool>,
    /// Absent leaves it, null makes it anybody's.
    #[serde(default, deserialize_with = "said")]
    assignee_id: Option<Option<UserId>>,
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
    let wanted = NewTask {
        residence_id: residence(&api, caller.0, new.residence_id).await?,
        title: title(&new.title)?,
        due_on: due_on(new.due_on)?,
    };
    let mut tx = api.store.begin().await?;
    let added = tx.add_task(caller.0, wanted).await?;
    let task = added.ok_or_else(ApiError::not_found)?;
    let rest = TaskChange {
        done: new.done.then_some(true),
        assignee_id: new.assignee_id.map(Some),
        ..TaskChange::default()
    };
    let changed = changed(&api, tx, caller.0, &task, rest).await?;
    Ok((StatusCode::CREATED, Json(changed)))
}

pub(crate) async fn change(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TaskId>,
    Body(change): Body<Change>,
) -> Result<Json<Task>, ApiError> {
    let change = TaskChange {
        title: change.title.as_deref().map(title).transpose()?,
        due_on: change.due_on.map(due_on).transpose()?,
        done: change.done,
        assignee_id: change.assignee_id,
    };
    let mut tx = api.store.begin().await?;
    let before = tx.task_for_change(caller.0, id).await?;
    let before = before.ok_or_else(ApiError::not_found)?;
    Ok(Json(changed(&api, tx, caller.0, &before, change).await?))
}

/// The change and what the household is told of it, all or nothing.
async fn changed(
    api: &Api,
    mut tx: Tx,
    caller: UserId,
    before: &Task,
    change: TaskChange,
) -> Result<Task, ApiError> {
    let changed = match tx.update_task(caller, before.id, change).await {
        Err(StoreError::Invalid(_)) => Err(ApiError::invalid(
            "assignee_id",
            "must be a member of the household",
        )),
        changed => changed?.ok_or_else(ApiError::not_found),
    }?;
    let now = tx.now().await?;
    let told = household::tell(&mut tx, caller, before, &changed, now, &api.pace).await?;
    tx.commit().await?;
    carry(api, &told).await;
    Ok(changed)
}

pub(crate) async fn delete(
    State(api): State<Api>,
    caller: Caller,
    Id(id): Id<TaskId>,
) -> Result<StatusCode, ApiError> {
    let deleted = api.store.delete_task(caller.0, id).await?;
    if deleted {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found())
    }
}

async fn residence(
    api: &Api,
    caller: UserId,
    chosen: Option<ResidenceId>,
) -> Result<ResidenceId, ApiError> {
    if let Some(chosen) = chosen {
        return Ok(chosen);
    }
    let own = api.store.residences_of(caller, 1).await?.pop();
    own.map(|home| home.id).ok_or_else(ApiError::not_found)
}

fn due_on(day: Option<Date>) -> Result<Option<Date>, ApiError> {
    if day.is_none_or(|day| YEARS.contains(&day.year())) {
        return Ok(day);
    }
    let (first, last) = (YEARS.start(), YEARS.end());
    let must = format!("must be a date in the years {first} to {last}");
    Err(ApiError::invalid("due_on", must))
}

fn title(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if !(1..=200).contains(&text.chars().count()) || text.contains('\0') {
        return Err(ApiError::invalid("title", "must have 1 to 200 characters"));
    }
    Ok(text.to_owned())
}
