//! When a person's own hour comes next.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

/// The hour at which one kind speaks to a person who has chosen none: as honeyDue always did for
/// people whose zone is unknown, else at a sensible local one.
#[derive(Debug, Clone, Copy)]
pub struct Hours {
    pub kind: &'static str,
    pub utc: i8,
    pub local: i8,
}

/// The kinds that have an hour.
pub const HOURS: [Hours; 2] = [
    Hours {
        kind: crate::task_reminder::NAME,
        utc: 14,
        local: 9,
    },
    Hours {
        kind: crate::daily_digest::NAME,
        utc: 3,
        local: 18,
    },
];

impl Hours {
    pub fn of(kind: &str) -> Option<Self> {
        HOURS.into_iter().find(|hours| hours.kind == kind)
    }

    /// The next such hour after `after`: `chosen` if the person chose one, on the clocks of `zone`.
    pub fn next(self, zone: Option<&str>, chosen: Option<i8>, after: Timestamp) -> Timestamp {
        let usual = if zone.is_some() { self.local } else { self.utc };
        next_local_hour(zone, chosen.unwrap_or(usual), after)
    }

    /// The next one for a person who has just changed zone or hour, and is to have a message on the date
    /// `owed` and none before: at once if that hour has passed. So no date gets two, and none is left out.
    pub fn moved(
        self,
        zone: Option<&str>,
        chosen: Option<i8>,
        owed: Date,
        now: Timestamp,
    ) -> Timestamp {
        let usual = if zone.is_some() { self.local } else { self.utc };
        let next = shows(&known(zone), owed, hour(chosen.unwrap_or(usual)));
        next.map_or(now, |next| next.max(now))
    }
}

/// The first instant after `after` at which clocks in `zone` (UTC if it is none we know) show `hour`
/// on a date that has not begun to count yet. An hour that a date skips comes right after the jump;
/// one that it has twice comes at the first.
pub fn next_local_hour(zone: Option<&str>, hour: i8, after: Timestamp) -> Timestamp {
    let (zone, time) = (known(zone), self::hour(hour));
    let today = zone.to_datetime(after).date();
    let instants = std::iter::successors(Some(today), |date| date.tomorrow().ok()).take(3);
    let next = instants
        .filter_map(|date| shows(&zone, date, time))
        .find(|instant| *instant > after);
    next.unwrap_or_else(|| {
        after
            .saturating_add(SignedDuration::from_hours(24))
            .unwrap_or(after)
    })
}

/// The date that clocks in `zone` show at `instant`.
pub fn local_date(zone: Option<&str>, instant: Timestamp) -> Date {
    known(zone).to_datetime(instant).date()
}

/// UTC if it is none that we know.
fn known(zone: Option<&str>) -> TimeZone {
    zone.and_then(|name| TimeZone::get(name).ok())
        .unwrap_or(TimeZone::UTC)
}

fn hour(hour: i8) -> Time {
    Time::new(hour.clamp(0, 23), 0, 0, 0).unwrap_or(Time::midnight())
}

fn shows(zone: &TimeZone, date: Date, time: Time) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(date.to_datetime(time))
        .compatible()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(zone: &str, hour: i8, after: &str) -> String {
        next_local_hour(Some(zone), hour, after.parse().unwrap()).to_string()
    }

    #[test]
    fn it_is_today_if_the_hour_is_still_to_come_and_tomorrow_if_not() {
        assert_eq!(
            next("Europe/Berlin", 9, "2026-11-21T07:59:59Z"),
            "2026-11-21T08:00:00Z"
        );
        assert_eq!(
            next("Europe/Berlin", 9, "2026-11-21T08:00:00Z"),
            "2026-11-22T08:00:00Z"
        );
    }

    #[test]
    fn the_wall_clock_counts_across_both_changes_of_it() {
        assert_eq!(
            next("Europe/Berlin", 9, "2026-03-28T12:00:00Z"),
            "2026-03-29T07:00:00Z"
        );
        assert_eq!(
            next("Europe/Berlin", 9, "2026-10-24T12:00:00Z"),
            "2026-10-25T08:00:00Z"
        );
    }

    #[test]
    fn an_hour_that_a_date_skips_comes_right_after_the_jump() {
        assert_eq!(
            next("Europe/Berlin", 2, "2026-03-28T12:00:00Z"),
            "2026-03-29T01:00:00Z"
        );
    }

    #[test]
    fn an_hour_that_a_date_has_twice_comes_once() {
        assert_eq!(
            next("Europe/Berlin", 2, "2026-10-24T12:00:00Z"),
            "2026-10-25T00:00:00Z"
        );
        assert_eq!(
            next("Europe/Berlin", 2, "2026-10-25T00:00:00Z"),
            "2026-10-26T01:00:00Z"
        );
    }

    #[test]
    fn without_a_zone_the_hours_are_those_of_utc() {
        let reminder = Hours::of("task-reminder").unwrap();
        let after = "2026-11-21T13:00:00Z".parse().unwrap();
        assert_eq!(
            reminder.next(None, None, after).to_string(),
            "2026-11-21T14:00:00Z"
        );
        assert_eq!(
            reminder.next(Some("Asia/Tokyo"), None, after).to_string(),
            "2026-11-22T00:00:00Z"
        );
        assert_eq!(
            reminder.next(None, Some(20), after).to_string(),
            "2026-11-21T20:00:00Z"
        );
    }

    #[test]
    fn a_changed_hour_comes_on_the_date_that_is_owed_and_at_once_if_it_has_passed() {
        let digest = Hours::of("daily-digest").unwrap();
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let moved = |zone, chosen, owed: &str| {
            let owed = owed.parse().unwrap();
            digest.moved(Some(zone), chosen, owed, now).to_string()
        };
        let (berlin, auckland) = ("Europe/Berlin", "Pacific/Auckland");
        // Today's is still to come, has passed, or was there already.
        assert_eq!(
            moved(berlin, Some(20), "2026-11-21"),
            "2026-11-21T19:00:00Z"
        );
        assert_eq!(moved(berlin, Some(9), "2026-11-21"), "2026-11-21T12:00:00Z");
        assert_eq!(
            moved(berlin, Some(20), "2026-11-22"),
            "2026-11-22T19:00:00Z"
        );
        // In Auckland it is the 22nd already.
        assert_eq!(
            moved(auckland, Some(0), "2026-11-22"),
            "2026-11-21T12:00:00Z"
        );
        assert_eq!(
            moved(auckland, Some(9), "2026-11-22"),
            "2026-11-21T20:00:00Z"
        );
        assert_eq!(moved(auckland, None, "2026-11-23"), "2026-11-23T05:00:00Z");
    }

    #[test]
    fn every_zone_has_each_hour_once_a_date() {
        for name in jiff::tz::db().available() {
            let zone = Some(name.as_str());
            let mut at: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
            let mut last = None;
            for _ in 0..400 {
                at = next_local_hour(zone, 2, at);
                let date = local_date(zone, at);
                assert!(last.is_none_or(|last| last < date), "{name}: {date} twice");
                last = Some(date);
            }
        }
    }
}
