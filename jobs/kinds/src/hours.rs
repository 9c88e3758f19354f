//! When a person's own hour comes next.

#[cfg(test)]
mod tests;
#[cfg(test)]
mod walk;

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Date, ISOWeekDate, Time, Weekday},
    tz::TimeZone,
};
use store::UserId;

/// The hour at which one kind speaks to a person who has chosen none: as honeyDue always did for
/// people whose zone is unknown, else at a sensible local one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    pub kind: &'static str,
    pub utc: i8,
    pub local: i8,
    /// The only day of the week on which it speaks; any day if none.
    pub weekday: Option<Weekday>,
}

/// Within so many seconds after the hour they chose, and never before it, people are spread: else all of
/// a zone would be due in one minute, and the others of that hour in none.
const SPREAD_S: u64 = 15 * 60;

impl Hours {
    /// Those of a kind that has an hour.
    pub fn of(kind: &str) -> Option<Self> {
        crate::notices()
            .iter()
            .find(|topic| topic.kind == kind)?
            .hours
    }

    /// When `user` is next due after `after`: see [`Hours::next`].
    pub fn next_of(
        self,
        user: UserId,
        zone: Option<&str>,
        chosen: Option<i8>,
        after: Timestamp,
    ) -> Timestamp {
        let own = minutes_of(user);
        let after = after.saturating_sub(own).unwrap_or(after);
        later(self.next(zone, chosen, after), own)
    }

    /// When `user`, who was due at `due`, is next due, after `over`: what was due by then is too late to be
    /// worth sending. So days missed by a long outage are not made up one by one, but for the one that is
    /// still worth it; and who was told at once after a change waits for another occasion.
    pub fn after(
        self,
        user: UserId,
        zone: Option<&str>,
        chosen: Option<i8>,
        due: Timestamp,
        over: Timestamp,
    ) -> Timestamp {
        let next = self.next_of(user, zone, chosen, due.max(over));
        if self.occasion(zone, next) == self.occasion(zone, due) {
            return self.next_of(user, zone, chosen, next);
        }
        next
    }

    /// When `user`, who has just changed zone or hour, is next due: see [`Hours::moved`].
    pub fn moved_of(
        self,
        user: UserId,
        zone: Option<&str>,
        chosen: Option<i8>,
        owed: Date,
        now: Timestamp,
    ) -> Timestamp {
        let hour = self.moved(zone, chosen, owed, Timestamp::MIN);
        later(hour, minutes_of(user)).max(now)
    }

    /// The first date on which a person is to have another message: the one after their last, and for who
    /// never had one, or not for long, the date that they wait for.
    pub fn owed(self, last: Option<&str>, zone: Option<&str>, waits_for: Timestamp) -> Date {
        let after_last = last.and_then(|last| self.day_after(last));
        after_last.unwrap_or_else(|| local_date(zone, waits_for))
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

    /// The day that the ledger keeps such an occasion under: its date, or the Monday of its week.
    pub fn day(self, zone: Option<&str>, at: Timestamp) -> Date {
        let date = local_date(zone, at);
        if self.weekday.is_none() {
            return date;
        }
        let since_monday = i64::from(date.weekday().to_monday_zero_offset());
        date.saturating_sub(since_monday.days())
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

/// How long after their hour a person is due, from nothing but who they are: so it never changes.
fn minutes_of(user: UserId) -> SignedDuration {
    let mixed = user.0.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let seconds = ((mixed >> 32) * SPREAD_S) >> 32;
    SignedDuration::from_secs(seconds.cast_signed())
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

/// When clocks show `time` on `date`; none if they never show that date. A time that the date skips comes
/// right after the jump, or as long before it if the jump ends the date; one that it has twice comes at
/// the first.
fn shows(zone: &TimeZone, date: Date, time: Time) -> Option<Timestamp> {
    let shown = zone.to_ambiguous_timestamp(date.to_datetime(time));
    [shown.compatible(), shown.earlier()]
        .into_iter()
        .flatten()
        .find(|at| zone.to_datetime(*at).date() == date)
}
