//! What Google's answer means: by the code of FCM's own detail, for the same status may come of a bad
//! token, of a bad field, or of a project that is not there.

use kinds::ports::Sent;
use serde::Deserialize;

use crate::adapters::http::{Answer, Limits, Lost};

/// The body of a refusal; what is missing or of another kind is as good as not said.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: Error,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Error {
    status: String,
    message: String,
    details: Vec<Detail>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    #[serde(rename = "@type")]
    kind: String,
    #[serde(rename = "errorCode")]
    code: String,
    #[serde(rename = "fieldViolations")]
    violations: Vec<Violation>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Violation {
    field: String,
}

pub(super) fn of(answer: &Answer, limits: &Limits) -> Sent {
    let refusal = read(answer);
    let text = refusal.text(answer.code);
    match (answer.code, refusal.code()) {
        (200, _) => Sent::Yes {
            answer: taken(answer),
        },
        (_, "UNREGISTERED") => gone(text),
        (400, "INVALID_ARGUMENT") if refusal.names_the_token() => gone(text),
        // Our token, our project, or our leave to send to devices of it.
        (401 | 403, _) | (404, "") => limits.unwelcome(text),
        (429, _) => Sent::Later(answer.retry_after.unwrap_or(limits.quota), text),
        (500 | 503, _) => Sent::Later(answer.retry_after.unwrap_or(limits.away), text),
        (300..500, _) => Sent::Refused { answer: text },
        // Such as 502 and 504: told by somebody on the way, who may have passed the alert on.
        _ => Sent::Unknown(text),
    }
}

/// What to say if there is no answer.
pub(super) fn of_none(lost: &Lost, limits: &Limits) -> Sent {
    let why = format!("FCM did not answer: {lost}");
    match lost {
        Lost::Unsent(_) => Sent::Later(limits.away, why),
        Lost::Untrusted(_) => limits.unwelcome(why),
        Lost::Unanswered(_) => Sent::Unknown(why),
    }
}

/// And not about that of Apple, which Google has from the project's settings.
pub(super) fn is_about_our_token(answer: &Answer) -> bool {
    answer.code == 401 && read(answer).code() != "THIRD_PARTY_AUTH_ERROR"
}

/// With the name that Google gave it, by which Google can be asked about it.
fn taken(answer: &Answer) -> String {
    #[derive(Default, Deserialize)]
    struct Taken {
        name: String,
    }
    let taken: Taken = serde_json::from_slice(&answer.body).unwrap_or_default();
    let plain = |c: &char| c.is_ascii_graphic();
    let name: String = taken.name.chars().take_while(plain).take(200).collect();
    format!("200 {name}").trim_end().to_owned()
}

/// Google does not say since when.
fn gone(answer: String) -> Sent {
    let since = None;
    Sent::Gone { answer, since }
}

fn read(answer: &Answer) -> Refusal {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

impl Refusal {
    /// FCM's own code; empty if whatever refused was not FCM.
    fn code(&self) -> &str {
        let details = self.error.details.iter();
        let mut own =
            details.filter(|detail| detail.kind.ends_with("google.firebase.fcm.v1.FcmError"));
        own.next().map_or("", |detail| &detail.code)
    }

    fn fields(&self) -> impl Iterator<Item = &str> {
        let violations = self
            .error
            .details
            .iter()
            .flat_map(|detail| &detail.violations);
        violations.map(|violation| violation.field.as_str())
    }

    /// Or else some other field is wrong, which is no fault of the device's.
    fn names_the_token(&self) -> bool {
        let named = self.fields().any(|field| field == "message.token");
        let unnamed = self.fields().next().is_none();
        named
            || unnamed
                && self
                    .error
                    .message
                    .to_ascii_lowercase()
                    .contains("registration token")
    }

    /// Codes and the names of fields alone: messages like to repeat what was sent.
    fn text(&self, code: u16) -> String {
        let word = |text: &str| -> String {
            let plain = |c: &char| c.is_ascii_alphanumeric() || "_.[]".contains(*c);
            text.chars().take_while(plain).take(64).collect()
        };
        let said = [self.error.status.as_str(), self.code()].into_iter();
        let mut said: Vec<String> = said.chain(self.fields().take(3)).map(word).collect();
        said.dedup();
        said.retain(|word| !word.is_empty());
        format!("{code} {}", said.join(" ")).trim_end().to_owned()
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
