//! The service account that sends for us: what Google's JSON file says.

use jiff::{SignedDuration, Timestamp};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject as _};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::adapters::{ConfigError, jwt};

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
/// Google takes no longer-lived one.
const LASTS: SignedDuration = SignedDuration::from_hours(1);

pub(super) struct Account {
    file: File,
    key: RsaKeyPair,
    pub(super) token_uri: Url,
}

#[derive(Deserialize)]
struct File {
    project_id: String,
    client_email: String,
    private_key_id: String,
    private_key: String,
    token_uri: String,
}

impl Account {
    pub(super) fn read(json: &[u8]) -> Result<Account, ConfigError> {
        let file: File = serde_json::from_slice(json).map_err(|error| {
            // Line and column alone: the message may quote what the file holds.
            let (line, column) = (error.line(), error.column());
            wrong(&format!(
                "is no JSON file of a service account (line {line}, column {column})"
            ))
        })?;
        let key = PrivatePkcs8KeyDer::from_pem_slice(file.private_key.as_bytes())
            .ok()
            .and_then(|key| RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).ok());
        let token_uri = Url::parse(&file.token_uri).ok();
        Ok(Account {
            key: key.ok_or_else(|| wrong("has a private_key that is no RSA key"))?,
            token_uri: token_uri
                .filter(|uri| uri.scheme() == "https")
                .ok_or_else(|| wrong("has a token_uri that is no https URL"))?,
            file,
        })
    }

    /// Where its project sends.
    pub(super) fn send(&self, host: &Url) -> Result<Url, ConfigError> {
        let id = &self.file.project_id;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte);
        let url = host.join(&format!("/v1/projects/{id}/messages:send"));
        url.ok()
            .filter(|_| !id.is_empty() && id.bytes().all(plain))
            .ok_or_else(|| wrong("has a project_id that is none"))
    }

    /// What we show to be given a token; `None` only for want of random numbers.
    pub(super) fn assertion(&self, now: Timestamp) -> Option<String> {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.file.private_key_id });
        let claims = json!({
            "iss": self.file.client_email,
            "scope": SCOPE,
            "aud": self.file.token_uri,
            "iat": now.as_second(),
            "exp": now.as_second() + LASTS.as_secs(),
        });
        let signed = jwt::sign(&header, &claims, |said| {
            let mut signature = vec![0; self.key.public().modulus_len()];
            self.key
                .sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    said,
                    &mut signature,
                )
                .map(|()| signature)
        });
        signed.ok()
    }
}

fn wrong(problem: &str) -> ConfigError {
    ConfigError::new("FCM_CREDENTIALS_PATH", format!("the file {problem}"))
}
