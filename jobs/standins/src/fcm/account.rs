//! The one account that Google knows here.

use anyhow::anyhow;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use ring::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair};
use serde_json::json;

use super::PROJECT;
use crate::{clock, push::Jwt};

const PEM: &str = include_str!("account.pem");
const EMAIL: &str = "push@honeydue-demo.iam.gserviceaccount.com";
const KEY_ID: &str = "0123456789abcdef0123456789abcdef01234567";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const HOUR: i64 = 3600;
/// Nobody's clock is exact.
const SKEW: i64 = 60;

pub(super) struct Account {
    key: Vec<u8>,
    token_uri: String,
}

impl Account {
    pub(super) fn new(token_uri: &str) -> anyhow::Result<Account> {
        let lines = pem().lines().filter(|line| !line.starts_with('-'));
        let der = STANDARD.decode(lines.collect::<String>())?;
        let pair = RsaKeyPair::from_pkcs8(&der).map_err(|why| anyhow!("the key: {why}"))?;
        Ok(Account {
            key: pair.public_key().as_ref().to_vec(),
            token_uri: token_uri.to_owned(),
        })
    }

    /// As Google gives it out.
    pub(super) fn file(&self) -> String {
        let file = json!({
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": KEY_ID,
            "private_key": pem(),
            "client_email": EMAIL,
            "token_uri": self.token_uri,
        });
        file.to_string()
    }

    /// Whether this form proves that it is sent by the account, and for pushes.
    pub(super) fn believes(&self, form: &str) -> bool {
        field(form, "grant_type").is_some_and(|grant| grant == GRANT)
            && field(form, "assertion").is_some_and(|token| self.signed(&token))
    }

    fn signed(&self, token: &str) -> bool {
        let Some(jwt) = Jwt::verified(token, &RSA_PKCS1_2048_8192_SHA256, &self.key) else {
            return false;
        };
        let (claims, now) = (&jwt.claims, clock::now().as_second());
        let time = |name: &str| claims[name].as_i64().unwrap_or_default();
        jwt.header["alg"] == "RS256"
            && claims["iss"] == EMAIL
            && claims["aud"] == self.token_uri.as_str()
            && claims["scope"] == SCOPE
            && (now - HOUR..=now + SKEW).contains(&time("iat"))
            && (now..=time("iat") + HOUR).contains(&time("exp"))
    }
}

/// Without the words before it.
fn pem() -> &'static str {
    PEM.find("-----BEGIN").map_or(PEM, |at| &PEM[at..])
}

fn field(form: &str, name: &str) -> Option<String> {
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name);
    let (_, value) = values.next()?;
    percent_decode_str(value).decode_utf8().ok().map(Into::into)
}
