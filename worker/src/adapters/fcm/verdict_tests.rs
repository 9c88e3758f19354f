use std::time::Duration;

use super::*;

const FCM: &str = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";

fn answer(code: u16, retry_after: Option<u64>, body: &str) -> Answer {
    Answer {
        code,
        retry_after: retry_after.map(Duration::from_secs),
        body: body.as_bytes().to_vec(),
    }
}

/// A verdict in a word, with how long to wait.
fn word(sent: &Sent) -> String {
    match sent {
        Sent::Yes { .. } => "yes".to_owned(),
        Sent::Gone { since: None, .. } => "gone".to_owned(),
        Sent::Later(wait, _) => format!("later {}", wait.as_secs()),
        Sent::Unwelcome(wait, _) => format!("unwelcome {}", wait.as_secs()),
        Sent::Refused { .. } => "refused".to_owned(),
        Sent::Unknown(_) => "unknown".to_owned(),
        other => format!("{other:?}"),
    }
}

/// A refusal as FCM words it, with a field that is wrong or without.
fn refusal(code: u16, status: &str, own: &str, message: &str, field: &str) -> String {
    let mut details = Vec::new();
    if !own.is_empty() {
        details.push(serde_json::json!({ "@type": FCM, "errorCode": own }));
    }
    if !field.is_empty() {
        let violation = serde_json::json!({ "field": field, "description": message });
        details.push(serde_json::json!({ "@type": BAD_REQUEST, "fieldViolations": [violation] }));
    }
    let error = serde_json::json!({ "code": code, "message": message, "status": status, "details": details });
    serde_json::json!({ "error": error }).to_string()
}

const NOT_FOUND: &str = "Requested entity was not found.";
const NO_TOKEN: &str = "The registration token is not a valid FCM registration token";
const NO_AUTH: &str = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.";
const NO_LEAVE: &str = "Permission 'cloudmessaging.messages.create' denied on resource '//cloudresourcemanager.googleapis.com/projects/demo' (or it may not exist).";

#[test]
#[rustfmt::skip] // a table reads better aligned
fn every_answer_of_google_has_its_verdict() {
    let table = [
        // code, Retry-After, status, FCM's own code, message, field, the verdict
        (404, None,     "NOT_FOUND",          "UNREGISTERED",           NOT_FOUND,                      "",                    "gone"),
        (400, None,     "INVALID_ARGUMENT",   "INVALID_ARGUMENT",       NO_TOKEN,                       "",                    "gone"),
        (400, None,     "INVALID_ARGUMENT",   "INVALID_ARGUMENT",       "Invalid registration token",   "message.token",       "gone"),
        (400, None,     "INVALID_ARGUMENT",   "INVALID_ARGUMENT",       "Android message is too big",   "",                    "refused"),
        (400, None,     "INVALID_ARGUMENT",   "INVALID_ARGUMENT",       "Invalid TTL",                  "message.android.ttl", "refused"),
        (400, None,     "INVALID_ARGUMENT",   "",                       NO_TOKEN,                       "",                    "refused"),
        (400, None,     "INVALID_ARGUMENT",   "",                       "Invalid JSON payload received. Unknown name \"tokn\" at 'message'", "message", "refused"),
        (404, None,     "NOT_FOUND",          "",                       NOT_FOUND,                      "",                    "unwelcome 300"),
        (401, None,     "UNAUTHENTICATED",    "",                       NO_AUTH,                        "",                    "unwelcome 300"),
        (401, None,     "UNAUTHENTICATED",    "THIRD_PARTY_AUTH_ERROR", "Auth error from APNS or Web Push Service", "",        "unwelcome 300"),
        (403, None,     "PERMISSION_DENIED",  "SENDER_ID_MISMATCH",     "SenderId mismatch",            "",                    "unwelcome 300"),
        (403, None,     "PERMISSION_DENIED",  "",                       NO_LEAVE,                       "",                    "unwelcome 300"),
        (429, None,     "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED",         "Quota exceeded.",              "",                    "later 60"),
        (429, Some(7),  "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED",         "Quota exceeded.",              "",                    "later 7"),
        (500, None,     "INTERNAL",           "INTERNAL",               "Internal error encountered.",  "",                    "later 30"),
        (503, None,     "UNAVAILABLE",        "UNAVAILABLE",            "The service is currently unavailable.", "",           "later 30"),
        (503, Some(90), "UNAVAILABLE",        "UNAVAILABLE",            "The service is currently unavailable.", "",           "later 90"),
        (403, None,     "PERMISSION_DENIED",  "SOMETHING_NEW",          "",                             "",                    "unwelcome 300"),
        (400, None,     "FAILED_PRECONDITION", "UNSPECIFIED_ERROR",     "",                             "",                    "refused"),
    ];
    let limits = Limits::within(Duration::from_secs(20));
    for (code, retry_after, status, own, message, field, wanted) in table {
        let body = refusal(code, status, own, message, field);
        let sent = of(&answer(code, retry_after, &body), &limits);
        assert_eq!(word(&sent), wanted, "{body}");
        assert!(!format!("{sent:?}").contains(message) || message.is_empty(), "{sent:?}");
    }
    for (code, body, wanted) in [
        (200, r#"{"name":"projects/demo/messages/0:1500415314455276%31bd1c9631bd1c96"}"#, "yes"),
        (404, "<html>no such page</html>", "unwelcome 300"),
        (400, r#"{"error":{"details":7}}"#, "refused"),
        (413, "", "refused"),
        (502, "<html>bad gateway</html>", "unknown"),
        (504, "", "unknown"),
        (204, "", "unknown"),
    ] {
        assert_eq!(word(&of(&answer(code, None, body), &limits)), wanted, "{code} {body}");
    }
}

#[test]
fn an_answer_is_kept_in_codes_and_fields() {
    let body = refusal(
        400,
        "INVALID_ARGUMENT",
        "INVALID_ARGUMENT",
        "bad f:cm",
        "message.android.ttl",
    );
    let text = read(&answer(400, None, &body)).text(400);
    assert_eq!(text, "400 INVALID_ARGUMENT message.android.ttl");
    let unregistered = refusal(404, "NOT_FOUND", "UNREGISTERED", NOT_FOUND, "");
    let text = read(&answer(404, None, &unregistered)).text(404);
    assert_eq!(text, "404 NOT_FOUND UNREGISTERED");
}

#[test]
fn only_a_plain_401_is_about_our_token() {
    let about = |code, own| {
        let body = refusal(code, "UNAUTHENTICATED", own, NO_AUTH, "");
        is_about_our_token(&answer(code, None, &body))
    };
    assert!(about(401, ""));
    assert!(!about(401, "THIRD_PARTY_AUTH_ERROR"));
    assert!(!about(403, ""));
}

#[test]
fn without_an_answer_it_is_unknown_unless_nothing_was_sent() {
    let limits = Limits::within(Duration::from_secs(20));
    let none = |lost| word(&of_none(&lost, &limits));
    assert_eq!(none(Lost::Unsent("refused".into())), "later 30");
    assert_eq!(none(Lost::Untrusted("who?".into())), "unwelcome 300");
    assert_eq!(none(Lost::Unanswered("cut".into())), "unknown");
}
