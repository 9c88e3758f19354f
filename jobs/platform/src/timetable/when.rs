//! A cron expression, read by the parser apalis-cron reads with, and matched against wall-clock time.
//!
//! Cron speaks of civil time: what a clock on the wall shows. Which instants that is, if any, depends
//! on a zone, and that is [`super::instants`]'s business. Here every civil time is written as if it
//! were UTC, which has no gaps and no repeats.

use std::time::SystemTime;

use apalis_cron::timezone::Utc;
use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

#[derive(Debug, Clone)]
pub(super) struct When(cron::Schedule);

impl When {
    /// Reads `minute hour day month weekday`, or six fields with the seconds in front.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let with_seconds = match fields.as_slice() {
            [.., weekday] if matches!(fields.len(), 5 | 6) => named_only(weekday)
                .map(|()| format!("{}{text}", if fields.len() == 5 { "0 " } else { "" }))?,
            _ => {
                return Err(format!(
                    "{text:?} has {} fields; write `minute hour day month weekday`, with the seconds \
                     in front if they matter",
                    fields.len()
                ));
            }
        };
        let schedule = with_seconds
            .parse()
            .map_err(|error| one_line(text, &error))?;
        Ok(Self(schedule))
    }

    /// The civil times that match, later than `civil`, in order; none after the year 2100.
    pub(super) fn after(&self, civil: DateTime) -> impl Iterator<Item = DateTime> {
        let start = Offset::UTC.to_timestamp(civil).ok().map(SystemTime::from);
        start
            .into_iter()
            .flat_map(|start| self.0.after::<Utc>(&start.into()))
            .map_while(|matched| Timestamp::try_from(SystemTime::from(matched)).ok())
            .map(|matched| TimeZone::UTC.to_datetime(matched))
    }
}

/// Crontab counts Sunday as 0, this parser as 1: a digit would mean the wrong day to somebody.
fn named_only(weekday: &str) -> Result<(), String> {
    if weekday.contains(|c: char| c.is_ascii_digit()) {
        return Err(format!(
            "weekday {weekday:?} must be written by name: MON, or MON-FRI"
        ));
    }
    Ok(())
}

/// The parser draws its complaint over several lines; the last says what it wanted.
fn one_line(text: &str, error: &cron::error::Error) -> String {
    let drawn = error.to_string();
    let complaint = drawn
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty());
    format!(
        "{text:?} is not a cron expression: {}",
        complaint.unwrap_or("unreadable")
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn next(text: &str, after: DateTime) -> DateTime {
        When::parse(text).unwrap().after(after).next().unwrap()
    }

    #[test]
    fn five_fields_mean_on_the_full_minute() {
        let after = date(2026, 11, 21).at(14, 7, 31, 0);
        assert_eq!(
            next("*/15 * * * *", after),
            date(2026, 11, 21).at(14, 15, 0, 0)
        );
    }

    #[test]
    fn six_fields_begin_with_the_seconds() {
        let after = date(2026, 11, 21).at(14, 7, 31, 0);
        assert_eq!(
            next("*/10 * * * * *", after),
            date(2026, 11, 21).at(14, 7, 40, 0)
        );
    }

    #[test]
    fn what_matches_now_is_not_what_comes_next() {
        let noon = date(2026, 11, 21).at(12, 0, 0, 0);
        assert_eq!(next("0 12 * * *", noon), date(2026, 11, 22).at(12, 0, 0, 0));
        let just_after = date(2026, 11, 21).at(12, 0, 0, 1);
        assert_eq!(
            next("0 12 * * *", just_after),
            date(2026, 11, 22).at(12, 0, 0, 0)
        );
    }

    #[test]
    fn monday_is_monday() {
        let saturday = date(2026, 11, 21).at(0, 0, 0, 0);
        assert_eq!(
            next("0 7 * * MON", saturday),
            date(2026, 11, 23).at(7, 0, 0, 0)
        );
    }

    #[test]
    fn a_numbered_weekday_is_refused_for_everybody_counts_differently() {
        for weekday in ["1", "0", "1-5", "MON,3", "*/2"] {
            let refused = When::parse(&format!("0 7 * * {weekday}")).unwrap_err();
            assert!(refused.contains("by name"), "{refused}");
        }
    }

    #[test]
    fn what_is_not_cron_is_refused_in_one_line() {
        for text in [
            "",
            "soon",
            "61 * * * *",
            "* * * * * * 2027",
            "@daily",
            "0 0 0 1 1 MONDAI",
        ] {
            let refused = When::parse(text).unwrap_err();
            assert!(
                !refused.contains('\n') && refused.contains(&format!("{text:?}")),
                "{refused}"
            );
        }
    }
}
