//! What the mail provider tells us later: bounces and complaints, by a webhook with a secret of its own.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
};
use kinds::feedback;
use serde::Deserialize;
use serde_json::{Value, json};
use store::{Feedback, Heard};
use tracing::info;

use crate::{
    Api, auth,
    error::{ApiError, Body},
};

/// In one request; a provider that has more says them in several.
const MOST_EVENTS: usize = 500;

#[derive(Deserialize)]
pub(crate) struct Told {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    what: What,
    /// Of the mail it is about, as we sent it.
    message_id: String,
    /// Where the mail went, if the provider says: one that has changed since is not blamed.
    recipient: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    HardBounce,
    SoftBounce,
    Complaint,
}

impl From<What> for Feedback {
    fn from(what: What) -> Self {
        match what {
            What::HardBounce => Self::HardBounce,
            What::SoftBounce => Self::SoftBounce,
            What::Complaint => Self::Complaint,
        }
    }
}

/// Each event takes effect once, so a provider may tell all of them again after an answer that was lost.
/// The answer counts what came of them.
pub(crate) async fn hear(
    State(api): State<Api>,
    headers: HeaderMap,
    Body(told): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    admit(&api, &headers)?;
    let told = read(told)?;
    let mut came = BTreeMap::from(["new", "again", "elsewhere", "unknown"].map(|word| (word, 0)));
    for event in told.events {
        *came.entry(one(&api, &event).await?).or_default() += 1;
    }
    info!(?came, "Heard of bounces and complaints");
    Ok(Json(json!(came)))
}

async fn one(api: &Api, event: &Event) -> Result<&'static str, ApiError> {
    let Some(delivery) = feedback::delivery_of(&event.message_id) else {
        return Ok("unknown");
    };
    let recipient = event.recipient.as_deref().map(str::trim);
    let heard = feedback::hear(&api.store, delivery, event.what.into(), recipient).await?;
    Ok(match heard {
        Heard::New(_) => "new",
        Heard::Again => "again",
        Heard::Elsewhere => "elsewhere",
        Heard::Nobody => "unknown",
    })
}

fn read(told: Value) -> Result<Told, ApiError> {
    let told: Told = serde_json::from_value(told).map_err(|error| {
        let must = "must be a list of {\"type\": \"hard_bounce\", \"soft_bounce\" or \"complaint\", \"message_id\": …}";
        ApiError::invalid("events", format!("{must}: {error}"))
    })?;
    if told.events.len() > MOST_EVENTS {
        let must =
            format!("must be {MOST_EVENTS} at most; tell the rest in a request of their own");
        return Err(ApiError::invalid("events", must));
    }
    Ok(told)
}

/// Without a secret there is no such path. Hashes are compared, and all of them: how long that takes tells
/// nobody how much of a guess was right.
fn admit(api: &Api, headers: &HeaderMap) -> Result<(), ApiError> {
    let secret = api
        .bounce_secret
        .as_deref()
        .ok_or_else(ApiError::not_found)?;
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let (given, wanted) = (auth::hash(given.unwrap_or_default()), auth::hash(secret));
    let differs = given
        .iter()
        .zip(wanted)
        .fold(0, |seen, (a, b)| seen | (a ^ b));
    if differs == 0 {
        Ok(())
    } else {
        Err(ApiError::wrong_secret())
    }
}
