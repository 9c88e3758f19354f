//! The whole API on one page.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{get, patch, post},
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    Api, account, bounces, devices, error::ApiError, notifications, preferences, recovery,
    residences, tasks, traced::traced, unsubscribe,
};

/// No body here is longer than a few hundred bytes.
const MOST_BODY: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);
pub(crate) const HEALTH: &str = "/api/health/";

pub fn router(api: Api) -> Router {
    Router::new()
        .route(HEALTH, get(health))
        .route("/api/auth/register/", post(account::register))
        .route("/api/auth/login/", post(account::login))
        .route("/api/auth/forgot-password/", post(recovery::forgot))
        .route("/api/auth/reset-password/", post(recovery::reset))
        .route("/api/auth/verify-email/", post(recovery::verify))
        .route("/api/auth/resend-verification/", post(recovery::ask_again))
        .route(
            "/u/{token}",
            get(unsubscribe::ask).post(unsubscribe::unsubscribe),
        )
        .route("/api/residences/", get(residences::list))
        .route("/api/residences/join/", post(residences::join))
        .route(
            "/api/residences/{id}/invitations/",
            post(residences::invite),
        )
        .route("/api/tasks/", get(tasks::list).post(tasks::add))
        .route(
            "/api/tasks/{id}/",
            patch(tasks::change).delete(tasks::delete),
        )
        .route(
            "/api/devices/",
            post(devices::register).delete(devices::forget),
        )
        .route(
            "/api/notification-preferences/",
            get(preferences::show).patch(preferences::change),
        )
        .route("/api/notifications/", get(notifications::list))
        .route("/api/webhooks/bounces/", post(bounces::hear))
        .fallback(async || ApiError::not_found())
        .method_not_allowed_fallback(async || ApiError::wrong_method())
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(middleware::from_fn(bounded))
        .layer(middleware::from_fn(traced))
        .with_state(api)
}

/// Shallow: it says that this process answers, and nothing about Postgres or Redis.
async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn bounded(request: Request, next: Next) -> Response {
    timeout(PATIENCE, next.run(request))
        .await
        .unwrap_or_else(|_| ApiError::busy().into_response())
}
