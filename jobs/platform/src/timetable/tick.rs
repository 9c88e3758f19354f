//! One instant at which a schedule was due, and its name.
//!
//! The name is a function of schedule and instant, never of who fires it or when, so that every
//! replica, every retry and every row means the same tick by it.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

use crate::JobId;

/// `sweep@2026-11-21T14:00:00Z`, or `sweep@2026-11-21T14:00:00Z#ask` if an operator asked for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TickId {
    pub schedule: String,
    pub instant: Timestamp,
    /// Not due by the timetable: it never moves the watermark, and its instant may lie ahead.
    pub asked: bool,
}

const ASKED: &str = "#ask";

impl TickId {
    pub fn due(schedule: impl Into<String>, instant: Timestamp) -> Self {
        Self {
            schedule: schedule.into(),
            instant,
            asked: false,
        }
    }

    pub fn asked(schedule: impl Into<String>, instant: Timestamp) -> Self {
        Self {
            schedule: schedule.into(),
            instant,
            asked: true,
        }
    }

    /// The id of the job it becomes.
    pub fn job(&self) -> JobId {
        JobId::derived_from(&self.to_string())
    }
}

impl fmt::Display for TickId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}@{}{}",
            self.schedule,
            self.instant,
            if self.asked { ASKED } else { "" }
        )
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no tick; one reads `sweep@2026-11-21T14:00:00Z`")]
pub struct NotATick(String);

impl FromStr for TickId {
    type Err = NotATick;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (due, asked) = text
            .strip_suffix(ASKED)
            .map_or((text, false), |due| (due, true));
        due.split_once('@')
            .filter(|(schedule, _)| !schedule.is_empty())
            .and_then(|(schedule, instant)| {
                Some(Self {
                    schedule: schedule.into(),
                    instant: instant.parse().ok()?,
                    asked,
                })
            })
            .ok_or_else(|| NotATick(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_o_clock() -> Timestamp {
        "2026-11-21T14:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_name_says_schedule_and_instant_in_utc() {
        assert_eq!(
            TickId::due("sweep", two_o_clock()).to_string(),
            "sweep@2026-11-21T14:00:00Z"
        );
        let berlin: Timestamp = "2026-11-21T15:00:00+01:00".parse().unwrap();
        assert_eq!(
            TickId::due("sweep", berlin),
            TickId::due("sweep", two_o_clock())
        );
    }

    #[test]
    fn a_name_reads_back_as_the_same_tick() {
        for tick in [
            TickId::due("sweep", two_o_clock()),
            TickId::asked("clean-up", two_o_clock()),
        ] {
            assert_eq!(tick.to_string().parse(), Ok(tick));
        }
    }

    #[test]
    fn an_asked_tick_is_another_tick_and_another_job() {
        let (due, asked) = (
            TickId::due("sweep", two_o_clock()),
            TickId::asked("sweep", two_o_clock()),
        );
        assert_eq!(asked.to_string(), "sweep@2026-11-21T14:00:00Z#ask");
        assert_ne!(due.job(), asked.job());
    }

    #[test]
    fn what_is_no_tick_says_how_one_reads() {
        for text in [
            "",
            "sweep",
            "@2026-11-21T14:00:00Z",
            "sweep@noon",
            "sweep@2026-11-21",
        ] {
            assert!(text.parse::<TickId>().is_err(), "{text}");
        }
    }
}
