use std::time::Duration;

use super::*;

/// A verdict in a word, with how long to wait or since when; Apple has taken an alert before.
fn said(code: u16, retry_after: Option<u64>, body: &str) -> String {
    said_once(true, code, retry_after, body)
}

fn said_once(proven: bool, code: u16, retry_after: Option<u64>, body: &str) -> String {
    let answer = Answer {
        code,
        retry_after: retry_after.map(Duration::from_secs),
        body: body.as_bytes().to_vec(),
    };
    match of(&answer, &Limits::within(Duration::from_secs(20)), proven) {
        Sent::Yes { .. } => "yes".to_owned(),
        Sent::Gone {
            since: Some(at), ..
        } => format!("gone since {at}"),
        Sent::Gone { since: None, .. } => "gone".to_owned(),
        Sent::Later(wait, _) => format!("later {}", wait.as_secs()),
        Sent::Unwelcome(wait, _) => format!("unwelcome {}", wait.as_secs()),
        Sent::Failed(_) => "failed".to_owned(),
        Sent::Refused { .. } => "refused".to_owned(),
        Sent::Unknown(_) => "unknown".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
#[rustfmt::skip] // a table reads better aligned
fn every_answer_of_apple_has_its_verdict() {
    let table = [
        (200, None,     "",                                                        "yes"),
        (400, None,     r#"{"reason":"BadCollapseId"}"#,                           "refused"),
        (400, None,     r#"{"reason":"BadDeviceToken"}"#,                          "gone"),
        (400, None,     r#"{"reason":"BadExpirationDate"}"#,                       "refused"),
        (400, None,     r#"{"reason":"BadMessageId"}"#,                            "refused"),
        (400, None,     r#"{"reason":"BadPriority"}"#,                             "refused"),
        (400, None,     r#"{"reason":"BadTopic"}"#,                                "unwelcome 300"),
        (400, None,     r#"{"reason":"DeviceTokenNotForTopic"}"#,                  "gone"),
        (400, None,     r#"{"reason":"DuplicateHeaders"}"#,                        "refused"),
        (400, None,     r#"{"reason":"IdleTimeout"}"#,                             "failed"),
        (400, None,     r#"{"reason":"InvalidPushType"}"#,                         "refused"),
        (400, None,     r#"{"reason":"MissingDeviceToken"}"#,                      "refused"),
        (400, None,     r#"{"reason":"MissingTopic"}"#,                            "unwelcome 300"),
        (400, None,     r#"{"reason":"PayloadEmpty"}"#,                            "refused"),
        (400, None,     r#"{"reason":"TopicDisallowed"}"#,                         "unwelcome 300"),
        (400, None,     r#"{"reason":"SomethingNew"}"#,                            "refused"),
        (403, None,     r#"{"reason":"BadCertificate"}"#,                          "unwelcome 300"),
        (403, None,     r#"{"reason":"BadCertificateEnvironment"}"#,               "unwelcome 300"),
        (403, None,     r#"{"reason":"BadEnvironmentKeyIdInToken"}"#,              "unwelcome 300"),
        (403, None,     r#"{"reason":"ExpiredProviderToken"}"#,                    "unwelcome 300"),
        (403, None,     r#"{"reason":"Forbidden"}"#,                               "unwelcome 300"),
        (403, None,     r#"{"reason":"InvalidProviderToken"}"#,                    "unwelcome 300"),
        (403, None,     r#"{"reason":"MissingProviderToken"}"#,                    "unwelcome 300"),
        (403, None,     r#"{"reason":"UnrelatedKeyIdInToken"}"#,                   "unwelcome 300"),
        (404, None,     r#"{"reason":"BadPath"}"#,                                 "refused"),
        (405, None,     r#"{"reason":"MethodNotAllowed"}"#,                        "refused"),
        (410, None,     r#"{"reason":"Unregistered","timestamp":1795269600000}"#,  "gone since 2026-11-21T14:00:00Z"),
        (410, None,     r#"{"reason":"ExpiredToken","timestamp":1795269600000}"#,  "gone since 2026-11-21T14:00:00Z"),
        (410, None,     r#"{"reason":"Unregistered"}"#,                            "gone"),
        (410, None,     r#"{"reason":"Unregistered","timestamp":"yesterday"}"#,    "gone"),
        (410, None,     "",                                                        "gone"),
        (413, None,     r#"{"reason":"PayloadTooLarge"}"#,                         "refused"),
        (429, None,     r#"{"reason":"TooManyRequests"}"#,                         "later 30"),
        (429, Some(7),  r#"{"reason":"TooManyRequests"}"#,                         "later 7"),
        (429, None,     r#"{"reason":"TooManyProviderTokenUpdates"}"#,             "unwelcome 1200"),
        (429, Some(7),  r#"{"reason":"TooManyProviderTokenUpdates"}"#,             "unwelcome 1200"),
        (500, None,     r#"{"reason":"InternalServerError"}"#,                     "failed"),
        (503, None,     r#"{"reason":"ServiceUnavailable"}"#,                      "later 30"),
        (503, Some(90), r#"{"reason":"ServiceUnavailable"}"#,                      "later 90"),
        (503, None,     r#"{"reason":"Shutdown"}"#,                                "later 30"),
        (502, None,     "<html>bad gateway</html>",                                "unknown"),
        (504, None,     "",                                                        "unknown"),
        (302, None,     "",                                                        "refused"),
        (204, None,     "",                                                        "unknown"),
        (400, None,     "nonsense",                                                "refused"),
        (400, None,     r#"{"reason":7}"#,                                         "refused"),
        (400, None,     r#"["reason"]"#,                                           "refused"),
    ];
    for (code, retry_after, body, wanted) in table {
        assert_eq!(said(code, retry_after, body), wanted, "{code} {body}");
    }
}

#[test]
fn until_apple_has_taken_an_alert_only_a_410_costs_a_device_its_token() {
    for (code, reason, wanted) in [
        (400, "BadDeviceToken", "unwelcome 300"),
        (400, "DeviceTokenNotForTopic", "unwelcome 300"),
        (410, "Unregistered", "gone"),
    ] {
        let body = format!(r#"{{"reason":"{reason}"}}"#);
        assert_eq!(said_once(false, code, None, &body), wanted, "{reason}");
    }
}

#[test]
fn an_answer_is_kept_in_their_word_and_no_longer_than_one() {
    let text = |code, body: &str| {
        let refusal: Refusal = serde_json::from_str(body).unwrap_or_default();
        refusal.text(code)
    };
    assert_eq!(
        text(410, r#"{"reason":"ExpiredToken"}"#),
        "410 ExpiredToken"
    );
    assert_eq!(text(200, ""), "200");
    let long = format!(r#"{{"reason":"{}"}}"#, "x".repeat(5000));
    assert_eq!(text(400, &long).len(), 4 + 64);
    assert_eq!(text(400, r#"{"reason":"Bad\r\nline aa11"}"#), "400 Bad");
}

#[test]
fn without_an_answer_it_is_unknown_unless_nothing_was_sent() {
    let limits = Limits::within(Duration::from_secs(20));
    let none = |lost| of_none(&lost, &limits);
    assert!(
        matches!(none(Lost::Unsent("refused".into())), Sent::Later(wait, _) if wait == limits.away)
    );
    assert!(
        matches!(none(Lost::Untrusted("who?".into())), Sent::Unwelcome(wait, _) if wait == limits.unwelcome)
    );
    assert!(matches!(
        none(Lost::Unanswered("cut".into())),
        Sent::Unknown(_)
    ));
}
