//! Tokens that prove who we are, signed by a key of ours.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// `header.claims.signature`, each in base64url without padding: a2 and others write plain base64,
/// which a strict reader refuses.
pub(super) fn sign<E>(
    header: &Value,
    claims: &Value,
    signature: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<String, E> {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let said = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(signature(said.as_bytes())?);
    Ok(format!("{said}.{signature}"))
}
