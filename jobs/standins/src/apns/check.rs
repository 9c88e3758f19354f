//! What Apple refuses of itself, in Apple's words.

use axum::http::HeaderMap;
use ring::signature::ECDSA_P256_SHA256_FIXED;
use serde_json::Value;
use uuid::Uuid;

use super::{KEY_ID, TEAM_ID, TOPIC};
use crate::{clock, push::Jwt};

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

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    };
    use rcgen::{KeyPair, PublicKeyData as _};
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
    };
    use serde_json::json;

    use super::*;

    const BODY: &str = r#"{"aps":{"alert":"hi"}}"#;

    struct Account(KeyPair);

    impl Account {
        fn new() -> Account {
            Account(KeyPair::generate().expect("a key"))
        }

        fn token(&self, header: &Value, claims: &Value) -> String {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let said = format!("{}.{}", part(header), part(claims));
            let (random, der) = (SystemRandom::new(), self.0.serialize_der());
            let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &random);
            let signed = key.expect("a key").sign(&random, said.as_bytes());
            let signature = URL_SAFE_NO_PAD.encode(signed.expect("a signature"));
            format!("{said}.{signature}")
        }

        fn right(&self, age: i64) -> String {
            let iat = clock::now().as_second() - age;
            let header = json!({ "alg": "ES256", "kid": KEY_ID });
            self.token(&header, &json!({ "iss": TEAM_ID, "iat": iat }))
        }

        fn ask(&self, token: &str, change: (&'static str, &str)) -> Result<Value, Refusal> {
            let bearer = format!("bearer {token}");
            let mut headers = HeaderMap::new();
            for (name, value) in [
                ("authorization", bearer.as_str()),
                ("apns-topic", TOPIC),
                ("apns-push-type", "alert"),
                change,
            ] {
                let value = HeaderValue::from_str(value).expect("a header");
                headers.insert(HeaderName::from_static(name), value);
            }
            let key = self.0.subject_public_key_info();
            request(
                &key[key.len() - 65..],
                "00fc13ad",
                &headers,
                BODY.as_bytes(),
            )
        }
    }

    #[test]
    fn only_what_the_account_has_signed_lately_and_strictly_is_believed() {
        let account = Account::new();
        let asked = |token: &str| account.ask(token, ("apns-priority", "10")).map(drop);
        let invalid = Err(Refusal(403, "InvalidProviderToken"));
        assert_eq!(asked(&account.right(0)), Ok(()));
        assert_eq!(asked(&account.right(3500)), Ok(()));
        assert_eq!(
            asked(&account.right(3700)),
            Err(Refusal(403, "ExpiredProviderToken"))
        );
        assert_eq!(asked(&account.right(-300)), invalid);
        assert_eq!(asked(&Account::new().right(0)), invalid);

        let (header, now) = (
            json!({ "alg": "ES256", "kid": KEY_ID }),
            clock::now().as_second(),
        );
        let claims = json!({ "iss": TEAM_ID, "iat": now });
        for (header, claims) in [
            (&json!({ "alg": "none", "kid": KEY_ID }), &claims),
            (&json!({ "alg": "ES256", "kid": "ZZZZZZZZZZ" }), &claims),
            (&header, &json!({ "iss": "ZZZZZZZZZZ", "iat": now })),
            (&header, &json!({ "iss": TEAM_ID })),
        ] {
            assert_eq!(
                asked(&account.token(header, claims)),
                invalid,
                "{header} {claims}"
            );
        }
        let (said, signature) = {
            let token = account.right(0);
            let (said, signature) = token.rsplit_once('.').expect("a token");
            (
                said.to_owned(),
                URL_SAFE_NO_PAD.decode(signature).expect("base64"),
            )
        };
        let padded = format!("{said}.{}", STANDARD.encode(signature));
        assert_eq!(asked(&padded), invalid);
    }

    #[test]
    fn each_option_is_refused_in_apples_words() {
        let account = Account::new();
        let token = account.right(0);
        let long = "x".repeat(65);
        for (name, value, reason) in [
            ("apns-topic", "com.example.other", "TopicDisallowed"),
            ("apns-push-type", "background", "InvalidPushType"),
            ("apns-id", "7", "BadMessageId"),
            ("apns-expiration", "tomorrow", "BadExpirationDate"),
            ("apns-priority", "11", "BadPriority"),
            ("apns-collapse-id", &long, "BadCollapseId"),
        ] {
            let refused = account.ask(&token, (name, value));
            assert_eq!(refused, Err(Refusal(400, reason)));
        }
    }
}
