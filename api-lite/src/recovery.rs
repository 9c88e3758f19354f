//! What is asked for and answered by a link in a mail: a new password, and the proof of an address.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use kinds::requests;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{DeliveryId, Purpose, StoreError, UserId};
use tokio::time::sleep;

use crate::{
    Api, account,
    auth::Caller,
    carry::carry,
    error::{ApiError, Body},
};

/// Every answer to who forgot takes as long: neither words nor time tell who has an account. Longer than
/// Postgres and Redis usually take, and than we wait for Redis.
const ALIKE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgot {
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    token: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verify {
    token: String,
}

type Answer = Result<(StatusCode, Json<Value>), ApiError>;

pub(crate) async fn forgot(State(api): State<Api>, Body(asked): Body<Forgot>) -> Answer {
    let sent = async {
        let user = api.store.user_by_email(asked.email.trim()).await?;
        match user {
            Some(user) => ask(&api, user.id, Purpose::PasswordReset).await,
            None => Ok(()),
        }
    };
    let (sent, ()) = tokio::join!(sent, sleep(ALIKE));
    sent?;
    Ok(told(
        StatusCode::ACCEPTED,
        "if this address has an account, a mail is on its way",
    ))
}

pub(crate) async fn reset(State(api): State<Api>, Body(given): Body<Reset>) -> Answer {
    account::password(&given.password)?;
    let id = api
        .links
        .requested(Purpose::PasswordReset, given.token.trim());
    let id = id.ok_or_else(ApiError::bad_link)?;
    // Looked at before the password is hashed, which takes memory and time.
    let open = api.store.open_request(id).await?;
    open.ok_or_else(ApiError::bad_link)?;
    let hash = api.passwords.hash(given.password).await?;
    let mut tx = api.store.begin().await?;
    let user = tx.use_request(id, Purpose::PasswordReset).await?;
    let user = user.ok_or_else(ApiError::bad_link)?;
    tx.close_requests(user, Purpose::PasswordReset).await?;
    tx.set_password(user, &hash).await?;
    tx.commit().await?;
    Ok(told(
        StatusCode::OK,
        "the password is changed; log in with it",
    ))
}

/// Also the second time: whoever did not hear our answer asks again.
pub(crate) async fn verify(State(api): State<Api>, Body(given): Body<Verify>) -> Answer {
    let id = api
        .links
        .requested(Purpose::VerifyEmail, given.token.trim());
    let id = id.ok_or_else(ApiError::bad_link)?;
    let user = api.store.verify_email(id).await?;
    user.ok_or_else(ApiError::bad_link)?;
    Ok(told(StatusCode::OK, "the address is confirmed"))
}

pub(crate) async fn ask_again(State(api): State<Api>, caller: Caller) -> Answer {
    let user = api.store.user(caller.0).await?;
    let user = user.ok_or_else(ApiError::unauthorized)?;
    if user.verified_at.is_some() {
        return Ok(told(StatusCode::OK, "the address is confirmed already"));
    }
    ask(&api, user.id, Purpose::VerifyEmail).await?;
    Ok(told(
        StatusCode::ACCEPTED,
        "a mail is on its way, unless three were sent within the hour",
    ))
}

/// Who asks too often is not told: one of the mails they have works.
async fn ask(api: &Api, user: UserId, purpose: Purpose) -> Result<(), StoreError> {
    let mail = considered(api, user, purpose).await?;
    carry(api, &mail).await;
    Ok(())
}

async fn considered(
    api: &Api,
    user: UserId,
    purpose: Purpose,
) -> Result<Vec<DeliveryId>, StoreError> {
    let mut tx = api.store.begin().await?;
    let now = tx.now().await?;
    let mail = requests::ask(&mut tx, user, purpose, now, &api.pace).await?;
    tx.commit().await?;
    Ok(mail)
}

fn told(status: StatusCode, message: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({ "message": message })))
}
