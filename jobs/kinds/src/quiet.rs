//! Quiet hours: when a person is not to be disturbed, by what the clock on their wall shows.
//!
//! An end that a date skips comes with the jump. One that it has twice counts as the second, for after the
//! first the hours begin once more; unless the clock goes back to that very end.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::{AmbiguousOffset, TimeZone},
};
use store::QuietHours;

/// From then (included) until then (not), over midnight if it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub from: Time,
    pub until: Time,
}

/// Of people whose clocks we know; nobody is disturbed at night by honeyDue.
pub const USUAL: Quiet = Quiet {
    from: Time::constant(22, 0, 0, 0),
    until: Time::constant(8, 0, 0, 0),
};

impl Quiet {
    /// Those that are in effect for a person.
    pub fn of(said: QuietHours, zone: Option<&str>) -> Option<Self> {
        match said {
            QuietHours::Own { from, until } => Some(Self { from, until }),
            QuietHours::Usual => zone.map(|_| USUAL),
            QuietHours::Never => None,
        }
    }

    /// When they end, if it is quiet `now` in `zone` (UTC if it is none we know).
    pub fn end(self, zone: Option<&str>, now: Timestamp) -> Option<Timestamp> {
        let zone = zone.and_then(|name| TimeZone::get(name).ok());
        let zone = zone.unwrap_or(TimeZone::UTC);
        let today = zone.to_datetime(now);
        if !self.holds(today.time()) {
            return None;
        }
        let dates = std::iter::successors(Some(today.date()), |date| date.tomorrow().ok()).take(3);
        let mut ends =
            dates.flat_map(|date| ends_on(&zone, date, self.until).into_iter().flatten());
        // A jump may lead right into them again.
        ends.find(|end| *end > now && !self.holds(zone.to_datetime(*end).time()))
    }

    fn holds(self, time: Time) -> bool {
        if self.from < self.until {
            (self.from..self.until).contains(&time)
        } else {
            time >= self.from || time < self.until
        }
    }
}

/// When hours end that end at this time, in order.
fn ends_on(zone: &TimeZone, date: Date, time: Time) -> [Option<Timestamp>; 2] {
    let end = date.to_datetime(time);
    let shown = zone.to_ambiguous_timestamp(end);
    let Ok(last) = shown.later() else {
        return [None, None];
    };
    match shown.offset() {
        AmbiguousOffset::Unambiguous { .. } => [None, Some(last)],
        AmbiguousOffset::Gap { .. } => {
            let jump = zone.preceding(last).next();
            [None, jump.map(|jump| jump.timestamp())]
        }
        AmbiguousOffset::Fold { .. } => {
            let before = last.saturating_sub(SignedDuration::from_secs(1));
            let goes_back_to_it = before.is_ok_and(|before| zone.to_datetime(before) > end);
            let first = shown.earlier().ok().filter(|_| goes_back_to_it);
            [first, Some(last)]
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(hour: i8, minute: i8) -> Time {
        Time::constant(hour, minute, 0, 0)
    }

    fn end(quiet: Quiet, zone: &str, now: &str) -> Option<String> {
        let end = quiet.end(Some(zone), now.parse().expect("an instant"));
        end.map(|end| end.to_string())
    }

    #[test]
    fn they_go_over_midnight_and_hold_until_their_last_minute() {
        let berlin = |now| end(USUAL, "Europe/Berlin", now);
        let morning = Some("2026-11-22T07:00:00Z".to_owned());
        assert_eq!(berlin("2026-11-21T20:59:59Z"), None);
        assert_eq!(berlin("2026-11-21T21:00:00Z"), morning);
        assert_eq!(berlin("2026-11-22T06:59:59Z"), morning);
        assert_eq!(berlin("2026-11-22T07:00:00Z"), None);
    }

    #[test]
    fn they_may_lie_within_a_day() {
        let nap = Quiet {
            from: at(13, 0),
            until: at(14, 30),
        };
        assert_eq!(end(nap, "UTC", "2026-11-21T12:59:00Z"), None);
        assert_eq!(
            end(nap, "UTC", "2026-11-21T13:59:00Z").as_deref(),
            Some("2026-11-21T14:30:00Z")
        );
        assert_eq!(end(nap, "UTC", "2026-11-21T14:30:00Z"), None);
    }

    #[test]
    fn an_end_that_the_date_skips_comes_with_the_jump() {
        let early = Quiet {
            from: at(22, 0),
            until: at(2, 30),
        };
        assert_eq!(
            end(early, "Europe/Berlin", "2026-03-28T23:00:00Z").as_deref(),
            Some("2026-03-29T01:00:00Z")
        );
        assert_eq!(end(early, "Europe/Berlin", "2026-03-29T01:00:00Z"), None);
    }

    #[test]
    fn an_end_that_the_date_has_twice_is_the_second() {
        let early = Quiet {
            from: at(22, 0),
            until: at(2, 30),
        };
        assert_eq!(
            end(early, "Europe/Berlin", "2026-10-24T23:00:00Z").as_deref(),
            Some("2026-10-25T01:30:00Z")
        );
    }

    #[test]
    fn an_end_that_the_clock_goes_back_to_is_the_first() {
        let early = Quiet {
            from: at(22, 0),
            until: at(2, 0),
        };
        assert_eq!(
            end(early, "Europe/Berlin", "2026-10-24T23:00:00Z").as_deref(),
            Some("2026-10-25T00:00:00Z")
        );
        assert_eq!(end(early, "Europe/Berlin", "2026-10-25T01:00:00Z"), None);
    }

    #[test]
    fn who_never_said_has_the_usual_ones_if_we_know_their_clocks() {
        let own = QuietHours::Own {
            from: at(1, 0),
            until: at(2, 0),
        };
        assert_eq!(Quiet::of(QuietHours::Usual, None), None);
        assert_eq!(Quiet::of(QuietHours::Usual, Some("UTC")), Some(USUAL));
        assert_eq!(Quiet::of(QuietHours::Never, Some("UTC")), None);
        assert!(Quiet::of(own, None).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

        /// Whatever the zone, the day and the hours: who is disturbed after them is not disturbed in them.
        #[test]
        fn they_end_within_two_days_and_not_within_themselves(
            place in any::<prop::sample::Index>(),
            hour in 0_i64..2 * 366 * 24,
            minute in 0_i64..60,
            (from, until) in (0_i8..24, 0_i8..24, 0_i8..2, 0_i8..2)
                .prop_map(|(from, until, a, b)| (at(from, a * 30), at(until, b * 30))),
        ) {
            prop_assume!(from != until);
            let zones: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
            let name = place.get(&zones).as_str();
            let zone = Some(name);
            let first: Timestamp = "2026-01-01T00:00:00Z".parse().expect("an instant");
            let now = first + SignedDuration::from_mins(hour * 60 + minute);
            let quiet = Quiet { from, until };
            if let Some(end) = quiet.end(zone, now) {
                prop_assert!(end > now);
                prop_assert!(end.duration_since(now) < SignedDuration::from_hours(49));
                let clock = TimeZone::get(name).expect("it is known").to_datetime(end).time();
                prop_assert!(!quiet.holds(clock), "{zone:?} {end} {clock}");
            }
        }
    }
}
