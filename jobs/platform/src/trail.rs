//! How a job fared so far: its counts and last errors, as the scripts wrote them down.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One failed attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub at: Timestamp,
    pub attempt: u8,
    /// What sort of failure: `failed`, `fatal`, `panic`, `lost`, `later`, …
    pub code: String,
    pub text: String,
}

#[derive(Default, Deserialize)]
struct Trail {
    #[serde(default)]
    attempt: u8,
    #[serde(default)]
    lost: u8,
    #[serde(default)]
    errors: Vec<Written>,
    #[serde(default)]
    since: Option<f64>,
}

#[derive(Deserialize)]
struct Written {
    at: f64,
    attempt: u8,
    code: String,
    text: String,
}

/// Reads a trail; one that cannot be read counts as empty, since a job must stay visible and
/// mendable whatever became of its history.
pub(crate) fn read(json: &[u8]) -> Vec<Fault> {
    parse(json).errors.into_iter().filter_map(fault).collect()
}

/// Whether its last line says that the job was called off.
pub(crate) fn is_cancelled(json: &[u8]) -> bool {
    parse(json)
        .errors
        .last()
        .is_some_and(|last| last.code == "cancelled")
}

/// Attempts begun and leases lost.
pub(crate) fn counts(json: &[u8]) -> (u8, u8) {
    let trail = parse(json);
    (trail.attempt, trail.lost)
}

/// Since when it is to run, if it was put off.
pub(crate) fn since(json: &[u8]) -> Option<Timestamp> {
    instant(parse(json).since?)
}

fn parse(json: &[u8]) -> Trail {
    serde_json::from_slice(json).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "ms since 1970 are exact in a double, and saturate"
)]
fn instant(ms: f64) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms as i64).ok()
}

fn fault(written: Written) -> Option<Fault> {
    Some(Fault {
        at: instant(written.at)?,
        attempt: written.attempt,
        code: written.code,
        text: written.text,
    })
}

/// At most this many bytes of an error are kept.
const MOST_TEXT: usize = 200;

/// An error's text as it may be stored and shown: short, one line, and without what looks like an
/// address or a long secret. Adapters keep people out of their errors; this is the second line.
pub(crate) fn redact(text: &str) -> String {
    let words = text
        .split_whitespace()
        .map(|word| if is_private(word) { "[…]" } else { word });
    let mut line = words.collect::<Vec<_>>().join(" ");
    if line.len() > MOST_TEXT {
        line.truncate(line.floor_char_boundary(MOST_TEXT - '…'.len_utf8()));
        line.push('…');
    }
    line
}

fn is_private(word: &str) -> bool {
    let secret = |part: &str| part.len() >= 40 && part.bytes().all(|b| b.is_ascii_alphanumeric());
    word.contains('@') || word.split(|c: char| !c.is_ascii_alphanumeric()).any(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_long_token_never_reach_a_trail() {
        let token = "a1".repeat(32);
        let line = redact(&format!(
            "550 <ada@example.com>: no such\nuser, key={token}"
        ));
        assert_eq!(line, "550 […] no such user, […]");
    }

    #[test]
    fn a_long_error_is_cut_between_two_characters() {
        let line = redact(&"é ".repeat(300));
        assert!(line.len() <= MOST_TEXT && line.ends_with('…'), "{line}");
    }

    #[test]
    fn a_trail_that_cannot_be_read_is_empty() {
        assert_eq!(read(b"\xff{"), []);
    }
}
