//! When a person's own hour comes next.

#[cfg(test)]
mod tests;

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, ISOWeekDate, Time, Weekday},
    tz::TimeZone,
};

/// The hour at which one kind speaks to a person who has chosen none: as honeyDue always did for
/// people whose zone is unknown, else at a sensible local one.
#[derive(Debug, Clone, Copy)]
pub struct Hours {
    pub kind: &'static str,
    pub utc: i8,
    pub local: i8,
    /// The only day of the week on which it speaks; any day if none.
    pub weekday: Option<Weekday>,
}

/// The kinds that have an hour.
pub const HOURS: [Hours; 4] = [
    Hours {
        kind: crate::task_reminder::NAME,
        utc: 14,
        local: 9,
        weekday: None,
    },
    Hours {
        kind: crate::overdue_reminder::NAME,
        utc: 15,
        local: 10,
        weekday: None,
    },
    Hours {
        kind: crate::daily_digest::NAME,
        utc: 3,
        local: 18,
        weekday: None,
    },
    Hours {
        kind: crate::weekly_summary::NAME,
        utc: 13,
        local: 8,
        weekday: Some(Weekday::Monday),
    },
];

impl Hours {
    pub fn of(kind: &str) -> Option<Self> {
        HOURS.into_iter().find(|hours| hours.kind == kind)
    }

    /// The next such hour after `after`: `chosen` if the person chose one, on the clocks of `zone`.
    pub fn next(self, zone: Option<&str>, chosen: Option<i8>, after: Timestamp) -> Timestamp {
        let clocks = known(zone);
        let today = clocks.to_datetime(after).date();
        let next = self
            .days_from(today)
            .filter_map(|date| shows(&clocks, date, self.hour(zone, chosen)))
            .find(|instant| *instant > after);
        next.unwrap_or_else(|| {
            let tomorrow = after.saturating_add(SignedDuration::from_hours(24));
            tomorrow.unwrap_or(after)
        })
    }

    /// The next one for a person who has just changed zone or hour, and is to have a message on the date
    /// `owed` or the first after it on which this kind speaks, and none before: at once if that hour has
    /// passed. So no occasion gets two, and none is left out.
    pub fn moved(
        self,
        zone: Option<&str>,
        chosen: Option<i8>,
        owed: Date,
        now: Timestamp,
    ) -> Timestamp {
        let day = self.days_from(owed).next().unwrap_or(owed);
        let next = shows(&known(zone), day, self.hour(zone, chosen));
        next.map_or(now, |next| next.max(now))
    }

    /// What makes a message of this kind at `at` once: the date on their clocks, or its week for a kind
    /// that speaks weekly. Both sort as they follow.
    pub fn occasion(self, zone: Option<&str>, at: Timestamp) -> String {
        let date = local_date(zone, at);
        if self.weekday.is_none() {
            return date.to_string();
        }
        let week = date.iso_week_date();
        format!("{:04}-W{:02}", week.year(), week.week())
    }

    /// The first date that does not belong to `occasion`.
    pub fn day_after(self, occasion: &str) -> Option<Date> {
        if self.weekday.is_none() {
            return occasion.parse::<Date>().ok()?.tomorrow().ok();
        }
        monday(occasion)?.checked_add(1.week()).ok()
    }

    /// The dates on which it speaks. A date can be missing from a zone's calendar, and a week's only
    /// one with it.
    fn days_from(self, first: Date) -> impl Iterator<Item = Date> {
        std::iter::successors(Some(first), |date| date.tomorrow().ok())
            .take(16)
            .filter(move |date| self.weekday.is_none_or(|day| day == date.weekday()))
    }

    fn hour(self, zone: Option<&str>, chosen: Option<i8>) -> Time {
        let usual = if zone.is_some() { self.local } else { self.utc };
        let hour = chosen.unwrap_or(usual).clamp(0, 23);
        Time::new(hour, 0, 0, 0).unwrap_or(Time::midnight())
    }
}

/// The first day of a week such as 2026-W47.
pub fn monday(week: &str) -> Option<Date> {
    let (year, week) = week.split_once("-W")?;
    let (year, week) = (year.parse().ok()?, week.parse().ok()?);
    let monday = ISOWeekDate::new(year, week, Weekday::Monday).ok()?;
    Some(monday.date())
}

/// When a date begins on the clocks of `zone`.
pub fn midnight(zone: Option<&str>, date: Date) -> Option<Timestamp> {
    shows(&known(zone), date, Time::midnight())
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

/// When clocks show `time` on `date`. A time that the date skips comes right after the jump; one that it
/// has twice comes at the first.
fn shows(zone: &TimeZone, date: Date, time: Time) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(date.to_datetime(time))
        .compatible()
        .ok()
}
