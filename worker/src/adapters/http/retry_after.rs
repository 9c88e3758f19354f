//! `Retry-After`: a number of seconds, or a date.

use std::time::Duration;

use jiff::{Timestamp, fmt::rfc2822};
use reqwest::header::HeaderValue;

/// No provider means longer, and a message that waits for a day has outlived itself.
const LONGEST: Duration = Duration::from_hours(24);

/// `None` for what is neither. A date that has passed means at once, and that is a second.
pub(super) fn read(value: &HeaderValue, now: Timestamp) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => date(text, now)?,
    };
    Some(wait.clamp(Duration::from_secs(1), LONGEST))
}

fn date(text: &str, now: Timestamp) -> Option<Duration> {
    let at = rfc2822::parse(text).ok()?.timestamp();
    Some(at.duration_since(now).try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_seconds_or_a_date_and_never_without_end() {
        let now: Timestamp = "2026-11-21T14:00:00Z".parse().unwrap();
        for (text, wanted) in [
            ("7", Some(7)),
            (" 120 ", Some(120)),
            ("0", Some(1)),
            ("99999999999", Some(24 * 3600)),
            ("Sat, 21 Nov 2026 14:01:30 GMT", Some(90)),
            ("Sat, 21 Nov 2026 13:00:00 GMT", Some(1)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            let read = read(&HeaderValue::from_static(text), now);
            assert_eq!(read, wanted.map(Duration::from_secs), "{text:?}");
        }
    }
}
