//! Who is asking.

use std::fmt::Write as _;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use sha2::{Digest as _, Sha256};
use store::UserId;
use tracing::info;
use uuid::Uuid;

use crate::{Api, error::ApiError};

/// The person whose token came along, and the token's hash.
pub(crate) struct Caller(pub(crate) UserId, pub(crate) [u8; 32]);

impl FromRequestParts<Api> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let header = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.strip_prefix("Token "))
            .ok_or_else(ApiError::unauthorized)?;
        // Looked up by its hash, a token is never compared byte by byte.
        let hash = hash(token.trim());
        let token = api.store.token(&hash).await?;
        let token = token.ok_or_else(ApiError::unauthorized)?;
        if token.expired {
            return Err(ApiError::token_expired());
        }
        if token.used_again {
            live_on(api, &hash).await;
        }
        Ok(Self(token.user_id, hash))
    }
}

/// Who can be answered is not refused for this: the next request tries again.
async fn live_on(api: &Api, hash: &[u8]) {
    if let Err(error) = api.store.use_token(hash).await {
        info!(%error, "The use of a login was not written down");
    }
}

/// A token nobody can guess: 244 random bits, in hex.
pub(crate) fn fresh_token() -> String {
    let mut token = String::with_capacity(64);
    for half in [Uuid::new_v4(), Uuid::new_v4()] {
        let _ = write!(token, "{}", half.simple());
    }
    token
}

/// What is kept of a token.
pub(crate) fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
