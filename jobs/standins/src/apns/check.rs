//! What Apple refuses of itself, in Apple's words.

use axum::http::HeaderMap;
use ring::signature::ECDSA_P256_SHA256_FIXED;
use serde_json::Value;
use uuid::Uuid;

use super::{KEY_ID, TEAM_ID, TOPIC};
use crate::{push::Jwt, smtp::clock};

const LONGEST: usize = 4096;
const HOUR: i64 = 3600;
/// Nobody's clock is exact.
const SKEW: i64 = 60;

/// A status and a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) u16, pub(super) &'static str);

/// The payload, if all is as it should be.
pub(super) fn request(
    key: &[u8],
    token: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Refusal> {
    account(key, headers)?;
    options(headers)?;
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Refusal(400, "BadDeviceToken"));
    }
    if body.len() > LONGEST {
        return Err(Refusal(413, "PayloadTooLarge"));
    }
    let payload: Value = serde_json::from_slice(body).unwrap_or_default();
    if payload["aps"].is_object() {
        Ok(payload)
    } else {
        Err(Refusal(400, "PayloadEmpty"))
    }
}

fn account(key: &[u8], headers: &HeaderMap) -> Result<(), Refusal> {
    let token = bearer(headers).ok_or(Refusal(403, "MissingProviderToken"))?;
    let jwt = Jwt::verified(token, &ECDSA_P256_SHA256_FIXED, key);
    let jwt = jwt.filter(|jwt| jwt.header["alg"] == "ES256" && jwt.header["kid"] == KEY_ID);
    let jwt = jwt.filter(|jwt| jwt.claims["iss"] == TEAM_ID);
    let issued = jwt.and_then(|jwt| jwt.claims["iat"].as_i64());
    let age = issued.map(|at| clock::now().as_second() - at);
    match age {
        Some(age) if age > HOUR => Err(Refusal(403, "ExpiredProviderToken")),
        Some(age) if age >= -SKEW => Ok(()),
        _ => Err(Refusal(403, "InvalidProviderToken")),
    }
}

fn options(headers: &HeaderMap) -> Result<(), Refusal> {
    let said = |name| header(headers, name);
    let number = |text: &str| text.parse::<u64>().is_ok();
    let checks = [
        (said("apns-topic").is_some(), "MissingTopic"),
        (said("apns-topic") == Some(TOPIC), "TopicDisallowed"),
        (said("apns-push-type") == Some("alert"), "InvalidPushType"),
        (
            said("apns-id").is_none_or(|id| Uuid::parse_str(id).is_ok()),
            "BadMessageId",
        ),
        (
            said("apns-expiration").is_none_or(number),
            "BadExpirationDate",
        ),
        (
            said("apns-priority").is_none_or(|text| ["1", "5", "10"].contains(&text)),
            "BadPriority",
        ),
        (
            said("apns-collapse-id").is_none_or(|id| id.len() <= 64),
            "BadCollapseId",
        ),
    ];
    let wrong = checks.into_iter().find(|(right, _)| !right);
    wrong.map_or(Ok(()), |(_, reason)| Err(Refusal(400, reason)))
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = header(headers, "authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
