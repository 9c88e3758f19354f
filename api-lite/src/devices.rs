//! A person's phones and tablets.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use store::{Channel, Device};

use crate::{
    Api,
    auth::Caller,
    error::{ApiError, Body},
};

/// Longer than any that a provider gives out.
const LONGEST: usize = 1024;

/// As the app got it from its provider.
#[derive(Deserialize)]
pub(crate) struct Token {
    channel: Channel,
    token: String,
}

/// Told at every start of the app: the token may have changed, and so may whose phone it is. A login that a new
/// password has ended meanwhile registers nothing.
pub(crate) async fn register(
    State(api): State<Api>,
    caller: Caller,
    Body(told): Body<Token>,
) -> Result<(StatusCode, Json<Device>), ApiError> {
    let (channel, token) = told.checked()?;
    let mut tx = api.store.begin().await?;
    if !tx.hold_login(caller.0, &caller.1).await? {
        return Err(ApiError::unauthorized());
    }
    let registered = tx.register_device(caller.0, channel, &token).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(registered)))
}

/// Told when they log out.
pub(crate) async fn forget(
    State(api): State<Api>,
    caller: Caller,
    Body(told): Body<Token>,
) -> Result<StatusCode, ApiError> {
    let (channel, token) = told.checked()?;
    if api.store.forget_device(caller.0, channel, &token).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::not_found())
    }
}

impl Token {
    fn checked(self) -> Result<(Channel, String), ApiError> {
        let fits = match self.channel {
            Channel::Apns => |c: char| c.is_ascii_hexdigit(),
            Channel::Fcm => |c: char| c.is_ascii_graphic(),
            Channel::Mail | Channel::Push => {
                return Err(ApiError::invalid("channel", "must be apns or fcm"));
            }
        };
        if !(1..=LONGEST).contains(&self.token.len()) || !self.token.chars().all(fits) {
            let must = format!("must be what the provider gave, at most {LONGEST} characters");
            return Err(ApiError::invalid("token", must));
        }
        Ok((self.channel, self.token))
    }
}
