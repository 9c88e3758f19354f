//! Times as operators write them: an instant, or how long ago or ahead.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{SignedDuration, Timestamp};

/// `2026-11-22T09:00:00Z`, or `2h`: what that means is settled once it is known what time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    At(Timestamp),
    Away(Duration),
}

impl Moment {
    pub fn ago(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Away(long) => now.saturating_sub(signed(long)).unwrap_or(Timestamp::MIN),
        }
    }

    pub fn ahead(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Away(long) => now.saturating_add(signed(long)).unwrap_or(Timestamp::MAX),
        }
    }
}

fn signed(long: Duration) -> SignedDuration {
    SignedDuration::try_from(long).unwrap_or(SignedDuration::MAX)
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        span_of(text).map(Self::Away).map_err(|_| {
            "it is neither an instant such as 2026-11-22T09:00:00Z nor a duration such as 2h"
                .to_owned()
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(f, "{at}"),
            Self::Away(long) => write!(f, "{:#}", signed(*long)),
        }
    }
}

/// A duration such as `300s`, `2h` or `7d`; never negative.
pub fn span_of(text: &str) -> Result<Duration, String> {
    let days = text
        .strip_suffix('d')
        .and_then(|days| days.trim().parse::<u32>().ok());
    if let Some(days) = days {
        return Ok(Duration::from_hours(u64::from(days) * 24));
    }
    let told: SignedDuration = text
        .parse()
        .map_err(|error: jiff::Error| error.to_string())?;
    Duration::try_from(told).map_err(|_| "it must not be negative".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_an_instant_or_a_duration_and_nothing_else() {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        let ago = |text: &str| {
            text.parse::<Moment>()
                .map(|moment| moment.ago(now).to_string())
        };
        assert_eq!(ago("2h").unwrap(), "2026-11-22T07:00:00Z");
        assert_eq!(ago("7d").unwrap(), "2026-11-15T09:00:00Z");
        assert_eq!(ago("2026-01-01T00:00:00Z").unwrap(), "2026-01-01T00:00:00Z");
        for wrong in ["", "soon", "-2h", "5", "99999999999999999999d"] {
            assert!(ago(wrong).is_err(), "{wrong}");
        }
        assert!("4000000000d".parse::<Moment>().unwrap().ago(now) < now);
    }
}
