//! Signed tokens, as a provider reads them: strictly.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{UnparsedPublicKey, VerificationAlgorithm};
use serde_json::Value;

pub(crate) struct Jwt {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Jwt {
    /// `None` unless it is base64url without padding throughout, and signed by this key.
    pub(crate) fn verified(
        token: &str,
        algorithm: &'static dyn VerificationAlgorithm,
        key: &[u8],
    ) -> Option<Jwt> {
        let (said, signature) = token.rsplit_once('.')?;
        let (header, claims) = said.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = UnparsedPublicKey::new(algorithm, key);
        key.verify(said.as_bytes(), &signature).ok()?;
        Some(Jwt {
            header: part(header)?,
            claims: part(claims)?,
        })
    }
}

fn part(text: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
