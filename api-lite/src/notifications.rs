//! What a person was told, and what they were not, and why.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use jiff::Timestamp;
use kinds::{Voice, Why};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Channel, Delivery, DeliveryId, DeliveryState};

use crate::{Api, auth::Caller, error::ApiError};

const MOST: i64 = 200;
const USUAL: i64 = 50;

#[derive(Deserialize)]
pub(crate) struct Page {
    limit: Option<i64>,
    /// The id of the last one on the page before.
    after: Option<DeliveryId>,
}

/// A delivery as its person may see it: without what the provider said.
#[derive(Serialize)]
struct Notification {
    id: DeliveryId,
    kind: String,
    occasion: String,
    channel: Channel,
    state: DeliveryState,
    /// A code for programs, and what it means.
    reason: &'static str,
    why: String,
    created_at: Timestamp,
    decided_at: Option<Timestamp>,
}

/// The newest first; 50 unless `?limit=` says otherwise, 200 at most. `?after=` goes on.
pub(crate) async fn list(
    State(api): State<Api>,
    caller: Caller,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Ok(Query(page)) = page else {
        let must = format!("limit must be from 1 to {MOST}, after the id of a notification");
        return Err(ApiError::invalid("limit", must));
    };
    let limit = page.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(ApiError::invalid(
            "limit",
            format!("must be from 1 to {MOST}"),
        ));
    }
    let rows = api.store.history(caller.0, page.after, limit).await?;
    let told: Vec<Notification> = rows.into_iter().map(Notification::from).collect();
    Ok(Json(json!({ "notifications": told })))
}

impl From<Delivery> for Notification {
    fn from(row: Delivery) -> Self {
        let why = Why::of(&row, Voice::You);
        Self {
            id: row.id,
            kind: row.kind,
            occasion: row.occasion,
            channel: row.channel,
            state: row.state,
            reason: why.reason.code(),
            why: why.sentence,
            created_at: row.created_at,
            decided_at: row.decided_at,
        }
    }
}
