//! Signing up and logging in.

use axum::{Json, extract::State, http::StatusCode};
use jiff::tz::TimeZone;
use kinds::sign_up::{self, Wishes};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{DeliveryId, Locale, NewUser, NoLocale, UserId};

use crate::{
    Api, auth,
    carry::carry,
    error::{ApiError, Body},
};

#[derive(Deserialize)]
pub(crate) struct Register {
    email: String,
    password: String,
    name: String,
    timezone: Option<String>,
    reminder_hour: Option<i8>,
    digest_hour: Option<i8>,
    locale: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Login {
    email: String,
    password: String,
}

type Answer = Result<(StatusCode, Json<Value>), ApiError>;

/// Makes the person, their home, their agenda, their token and their welcome, all or nothing.
pub(crate) async fn register(State(api): State<Api>, Body(wanted): Body<Register>) -> Answer {
    let wanted = wanted.checked()?;
    let password_hash = api.passwords.hash(wanted.password.clone()).await?;
    let token = auth::fresh_token();
    let (user, welcome) = sign_up(&api, &wanted, password_hash, &token).await?;
    carry(&api, &welcome).await;
    let body = json!({ "token": token, "user": { "id": user, "email": wanted.email, "name": wanted.name } });
    Ok((StatusCode::CREATED, Json(body)))
}

async fn sign_up(
    api: &Api,
    wanted: &Register,
    password_hash: String,
    token: &str,
) -> Result<(UserId, Vec<DeliveryId>), ApiError> {
    let mut tx = api.store.begin().await?;
    let new = NewUser {
        email: wanted.email.clone(),
        name: wanted.name.clone(),
        password_hash,
        timezone: wanted.timezone.clone(),
        reminder_hour: wanted.reminder_hour.map(i16::from),
        digest_hour: wanted.digest_hour.map(i16::from),
        locale: locale(wanted.locale.as_deref())?.unwrap_or_default(),
    };
    let user = tx.add_user(new).await?;
    tx.add_residence("Home", user).await?;
    tx.add_token(user, &auth::hash(token)).await?;
    let wishes = Wishes {
        timezone: wanted.timezone.clone(),
        reminder_hour: wanted.reminder_hour,
        digest_hour: wanted.digest_hour,
    };
    let now = tx.now().await?;
    let welcome = sign_up::begin(&mut tx, user, &wishes, now, &api.pace).await?;
    tx.commit().await?;
    Ok((user, welcome))
}

pub(crate) async fn login(State(api): State<Api>, Body(given): Body<Login>) -> Answer {
    let known = api.store.credentials(given.email.trim()).await?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let right = api.passwords.verify(given.password, hash).await?;
    let known = known.filter(|_| right).ok_or_else(ApiError::bad_login)?;
    let token = auth::fresh_token();
    if !api.store.log_in(&known, &auth::hash(&token)).await? {
        return Err(ApiError::bad_login());
    }
    let body = json!({ "token": token, "user": { "id": known.user_id } });
    Ok((StatusCode::OK, Json(body)))
}

impl Register {
    fn checked(mut self) -> Result<Self, ApiError> {
        self.email = self.email.trim().to_owned();
        self.name = self.name.trim().to_owned();
        if !is_address(&self.email) {
            return Err(ApiError::invalid("email", "must be an e-mail address"));
        }
        password(&self.password)?;
        if !(1..=100).contains(&self.name.chars().count())
            || self.name.chars().any(char::is_control)
        {
            return Err(ApiError::invalid("name", "must have 1 to 100 characters"));
        }
        zone(self.timezone.as_deref())?;
        hour("reminder_hour", self.reminder_hour)?;
        hour("digest_hour", self.digest_hour)?;
        locale(self.locale.as_deref())?;
        Ok(self)
    }
}

pub(crate) fn password(password: &str) -> Result<(), ApiError> {
    if (8..=200).contains(&password.chars().count()) {
        Ok(())
    } else {
        let must = "must have 8 to 200 characters";
        Err(ApiError::invalid("password", must))
    }
}

pub(crate) fn locale(name: Option<&str>) -> Result<Option<Locale>, ApiError> {
    let known = name.map(str::parse).transpose();
    known.map_err(|no: NoLocale| ApiError::invalid("locale", no.to_string()))
}

pub(crate) fn zone(name: Option<&str>) -> Result<(), ApiError> {
    match name.map(TimeZone::get) {
        Some(Err(_)) => {
            let must = "must be an IANA zone such as Europe/Berlin";
            Err(ApiError::invalid("timezone", must))
        }
        _ => Ok(()),
    }
}

pub(crate) fn hour(field: &'static str, hour: Option<i8>) -> Result<(), ApiError> {
    match hour {
        Some(hour) if !(0..=23).contains(&hour) => {
            Err(ApiError::invalid(field, "must be an hour from 0 to 23"))
        }
        _ => Ok(()),
    }
}

/// Roughly: whether it exists only a mail can tell.
fn is_address(text: &str) -> bool {
    let plain = text.is_ascii()
        && text.len() <= 254
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c));
    let parts = text.rsplit_once('@');
    plain
        && parts.is_some_and(|(local, domain)| {
            !local.is_empty()
                && !local.contains('@')
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        })
}
