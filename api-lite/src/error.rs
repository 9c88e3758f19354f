//! What callers are told when it did not work: `{"error": {"code", "message", "field"?}}`.

use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use platform::QueueError;
use serde::de::DeserializeOwned;
use serde_json::json;
use store::{StoreError, TOKEN_LIFE};
use tracing::error;

#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<&'static str>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
        }
    }

    /// About this field of what was sent.
    pub(crate) fn at(self, field: &'static str) -> Self {
        let field = Some(field);
        Self { field, ..self }
    }

    /// A value that will not do.
    pub(crate) fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message).at(field)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "send `Authorization: Token <token>` with a token of a login",
        )
    }

    /// For apps, which then show their login instead of an error.
    pub(crate) fn token_expired() -> Self {
        let days = TOKEN_LIFE.as_secs() / (24 * 60 * 60);
        Self::new(
            StatusCode::UNAUTHORIZED,
            "token_expired",
            format!("this login was not used for {days} days and has ended; log in again"),
        )
    }

    pub(crate) fn wrong_secret() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "send `Authorization: Bearer <secret>` with the secret of this webhook",
        )
    }

    /// The same for an unknown address and a wrong password: neither tells who has an account.
    pub(crate) fn bad_login() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "bad_login",
            "no account has this address and password",
        )
    }

    /// The same for one that we never made: what was used can't be told from what was guessed.
    pub(crate) fn bad_link() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad_link",
            "this link was used, has expired, or is not whole; ask for another",
        )
        .at("token")
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing here, or nothing of yours",
        )
    }

    pub(crate) fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
            "this path does not answer to this method",
        )
    }

    pub(crate) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "try again in a few seconds",
        )
    }

    pub(crate) fn broken(why: impl std::fmt::Display) -> Self {
        error!(error = %why, "A request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "broken",
            "something broke on our side",
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(field) = self.field {
            error["field"] = field.into();
        }
        let mut answer = (self.status, Json(json!({ "error": error }))).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            answer
                .headers_mut()
                .insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
        }
        answer
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::EmailTaken => Self::new(
                StatusCode::CONFLICT,
                "email_taken",
                "this address has an account already; log in instead",
            )
            .at("email"),
            error if error.is_unreachable() => Self::busy(),
            error => Self::broken(error),
        }
    }
}

/// For who enqueues without a row in Postgres that would see to it later.
impl From<QueueError> for ApiError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::Full => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "queue_full",
                "too much is waiting already; try again in a few seconds",
            ),
            error if error.is_unreachable() => Self::busy(),
            error => Self::broken(error),
        }
    }
}

/// A body in JSON, whose refusal looks like every other.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), "bad_body", rejection.body_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_says_when_to_come_back() {
        let answer = ApiError::from(QueueError::Full).into_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "5");
    }
}
