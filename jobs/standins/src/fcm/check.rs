//! What Google refuses of itself, in Google's words.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use serde_json::{Value, json};

use super::PROJECT;

const LONGEST: usize = 4096;

#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    word: &'static str,
    message: &'static str,
    /// FCM's own code.
    own: Option<&'static str>,
    field: Option<&'static str>,
}

/// The message, if all is as it should be.
pub(super) fn request(known: bool, project: &str, body: &[u8]) -> Result<Value, Refusal> {
    if !known {
        let message = "Request had invalid authentication credentials.";
        return Err(Refusal::new(401, "UNAUTHENTICATED", message));
    }
    if project != PROJECT {
        return Err(Refusal::new(
            404,
            "NOT_FOUND",
            "Requested entity was not found.",
        ));
    }
    let mut request: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = request["message"].take();
    if body.len() > LONGEST {
        return Err(Refusal::field("Android message is too big", "message"));
    }
    if !message.is_object() {
        return Err(Refusal::field("Invalid JSON payload received.", "message"));
    }
    if message["token"].as_str().is_none_or(str::is_empty) {
        let message = "Recipient of the message is not set.";
        return Err(Refusal::field(message, "message"));
    }
    if !message["android"]["ttl"].as_str().is_some_and(is_duration) {
        return Err(Refusal::field(
            "Illegal duration format",
            "message.android.ttl",
        ));
    }
    Ok(message)
}

fn is_duration(text: &str) -> bool {
    text.strip_suffix('s')
        .is_some_and(|seconds| seconds.parse::<u32>().is_ok())
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

impl Refusal {
    fn new(status: u16, word: &'static str, message: &'static str) -> Refusal {
        Refusal {
            status,
            word,
            message,
            own: None,
            field: None,
        }
    }

    fn field(message: &'static str, field: &'static str) -> Refusal {
        Refusal {
            own: Some("INVALID_ARGUMENT"),
            field: Some(field),
            ..Refusal::new(400, "INVALID_ARGUMENT", message)
        }
    }

    pub(super) fn body(&self) -> Value {
        let own = self.own.map(|own| {
            json!({ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": own })
        });
        let field = self.field.map(|field| {
            let violation = json!({ "field": field, "description": self.message });
            json!({ "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation] })
        });
        let details: Vec<Value> = own.into_iter().chain(field).collect();
        json!({ "error": {
            "code": self.status, "message": self.message, "status": self.word, "details": details,
        } })
    }
}
