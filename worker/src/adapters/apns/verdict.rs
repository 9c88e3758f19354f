//! What Apple's answer means: by its code first, for that is what Apple promises, and by its reason
//! where the code leaves a choice. New reasons come along; a code that we know is never lost to one.

use a2::ErrorReason::{
    self, BadDeviceToken, BadTopic, DeviceTokenNotForTopic, IdleTimeout, MissingTopic,
    TooManyProviderTokenUpdates, TopicDisallowed,
};
use jiff::Timestamp;
use kinds::ports::Sent;
use serde::Deserialize;
use serde_json::Value;

use crate::adapters::http::{Answer, Limits, Lost};

/// The body of a refusal. What is missing or of another kind is as good as not said.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    reason: Value,
    /// Since when a token is good no more, in ms.
    timestamp: Value,
}

/// `proven`: Apple has taken an alert of ours, so key, topic and host are right. Until then a token that
/// it does not take for them is no fault of the token's.
pub(super) fn of(answer: &Answer, limits: &Limits, proven: bool) -> Sent {
    let refusal: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = refusal.text(answer.code);
    match (answer.code, refusal.reason()) {
        (200, _) => Sent::Yes { answer: text },
        (410, _) => refusal.gone(text),
        (400, Some(BadDeviceToken | DeviceTokenNotForTopic)) if proven => refusal.gone(text),
        (403, _)
        | (
            400,
            Some(
                BadDeviceToken | DeviceTokenNotForTopic | BadTopic | MissingTopic | TopicDisallowed,
            ),
        ) => limits.unwelcome(text),
        (429, Some(TooManyProviderTokenUpdates)) => Sent::Unwelcome(
            answer.retry_after.unwrap_or_default().max(limits.tokens),
            text,
        ),
        (429 | 503, _) => Sent::Later(answer.retry_after.unwrap_or(limits.away), text),
        (400, Some(IdleTimeout)) | (500, _) => Sent::Failed(anyhow::anyhow!(text)),
        (300..500, _) => Sent::Refused { answer: text },
        // Such as 502 and 504: told by somebody on the way, who may have passed the alert on.
        _ => Sent::Unknown(text),
    }
}

/// What to say if there is no answer.
pub(super) fn of_none(lost: &Lost, limits: &Limits) -> Sent {
    let why = format!("APNs did not answer: {lost}");
    match lost {
        Lost::Unsent(_) => Sent::Later(limits.away, why),
        Lost::Untrusted(_) => limits.unwelcome(why),
        Lost::Unanswered(_) => Sent::Unknown(why),
    }
}

impl Refusal {
    fn reason(&self) -> Option<ErrorReason> {
        ErrorReason::deserialize(&self.reason).ok()
    }

    fn gone(&self, answer: String) -> Sent {
        Sent::Gone {
            answer,
            since: self.since(),
        }
    }

    fn since(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.timestamp.as_i64()?).ok()
    }

    /// Their word, also if it is new to us; nothing longer than a word.
    fn text(&self, code: u16) -> String {
        let reason = self.reason.as_str().unwrap_or_default();
        let word = |c: &char| c.is_ascii_alphanumeric();
        let reason: String = reason.chars().take_while(word).take(64).collect();
        format!("{code} {reason}").trim_end().to_owned()
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
