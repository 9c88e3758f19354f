//! Every zone, hour by hour around every change of its clocks; and people who change zone, hour and quiet
//! hours as they like, for two years.

mod night;
mod outage;
mod whims;

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use proptest::prelude::*;
use store::{QuietHours, UserId};

use self::{
    night::Night,
    whims::{Change, changes, quiet},
};
use super::{Hours, known, shows, tests};

const YEARS: [&str; 2] = ["2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z"];

/// For so long after their hour it is worth sending.
const WINDOW: SignedDuration = SignedDuration::from_hours(12);

static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let zones = jiff::tz::db().available();
    zones.map(|name| name.to_string()).collect()
});

fn years() -> [Timestamp; 2] {
    YEARS.map(|at| at.parse().expect("an instant"))
}

/// The dates on which its clocks change, and those next to them.
fn odd_dates(zone: &TimeZone) -> BTreeSet<Date> {
    let [from, until] = years();
    let changes = zone.following(from).map(|change| change.timestamp());
    changes
        .take_while(|at| *at < until)
        .flat_map(|at| {
            let date = zone.to_datetime(at).date();
            let day = move |days| date.saturating_add(jiff::Span::new().days(days));
            (-2..=2).map(day)
        })
        .collect()
}

#[test]
fn every_hour_of_every_date_comes_on_that_date_in_every_zone() {
    for name in &*ZONES {
        let zone = TimeZone::get(name).expect("a zone");
        for date in odd_dates(&zone) {
            for hour in 0..24 {
                let time = jiff::civil::time(hour, 0, 0, 0);
                let at = shows(&zone, date, time).map(|at| zone.to_datetime(at).date());
                assert_eq!(at, Some(date), "{name} {date} {hour}:00");
            }
        }
    }
}

#[test]
fn people_are_due_at_their_hour_or_up_to_a_quarter_of_an_hour_after_it_no_minute_with_more_than_its_share()
 {
    let [from, _] = years();
    let mut minutes = [0; 15];
    for user in 1..=15_000 {
        let at = tests::DAILY.next_of(UserId(user), None, None, from);
        let after = at.duration_since("2026-01-01T03:00:00Z".parse().expect("an instant"));
        minutes[usize::try_from(after.as_mins()).expect("not before the hour")] += 1;
    }
    assert!(
        minutes.iter().all(|many| (800..1200).contains(many)),
        "{minutes:?}"
    );
}

/// Somebody with an agenda of one kind: what the sweep and `preferences` do with it.
struct Person {
    user: UserId,
    hours: Hours,
    zone: Option<String>,
    chosen: Option<i8>,
    next_at: Timestamp,
    had: Vec<Had>,
    /// How long after a sweep a worker comes to what it found.
    pickup: SignedDuration,
    night: Night,
}

#[derive(Debug)]
struct Had {
    occasion: String,
    day: Date,
    /// Whether they had changed zone since the one before.
    travelled: bool,
}

impl Person {
    fn new(user: UserId, zone: &str, hours: Hours, pickup: i64, quiet: QuietHours) -> Self {
        let [begin, _] = years();
        Self {
            user,
            hours,
            zone: Some(zone.to_owned()),
            chosen: None,
            next_at: hours.next_of(user, Some(zone), None, begin),
            had: Vec::new(),
            pickup: SignedDuration::from_secs(pickup),
            night: Night::new(user, Some(zone.to_owned()), quiet),
        }
    }

    fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }

    /// Every sweep until `until`: they come once a minute.
    fn live(&mut self, until: Timestamp, mut travelled: bool) {
        loop {
            let swept = next_minute(self.next_at);
            if swept > until {
                return self.night.live(until);
            }
            self.night.say(swept + self.pickup);
            self.had.push(Had {
                occasion: self.hours.occasion(self.zone(), self.next_at),
                day: self.hours.day(self.zone(), self.next_at),
                travelled: std::mem::take(&mut travelled),
            });
            let over = swept - WINDOW;
            self.next_at =
                self.hours
                    .after(self.user, self.zone(), self.chosen, self.next_at, over);
        }
    }

    fn change(&mut self, to: &Change) {
        let last = self.had.last().map(|had| had.occasion.as_str());
        let owed = self.hours.owed(last, self.zone(), self.next_at);
        self.zone = to.zone.map(|n| ZONES[n].clone());
        self.chosen = to.chosen;
        self.next_at = self
            .hours
            .moved_of(self.user, self.zone(), self.chosen, owed, to.at);
        self.night.change(self.zone.clone(), to.quiet);
    }

    /// Once each, in order, and none left out but a date that nobody has any more where they have gone.
    fn check(&self) {
        let usual = if self.hours.weekday.is_some() { 7 } else { 1 };
        for (had, next) in self.had.iter().zip(&self.had[1..]) {
            assert!(had.occasion < next.occasion, "twice: {had:?}, {next:?}");
            let days = (next.day - had.day).get_days();
            let over_the_date_line = usual == 1 && next.travelled && days == 2;
            assert!(
                days == usual || over_the_date_line,
                "left out: {had:?}, {next:?}"
            );
        }
    }

    /// What was put off goes out at the end of their quiet hours; only who changed them meanwhile can find
    /// them begun again.
    fn check_nights(&mut self) {
        let [_, end] = years();
        self.night.live(end + SignedDuration::from_hours(72));
        assert!(self.night.is_over());
        assert_eq!(self.night.sent + self.night.dropped, self.had.len());
    }
}

fn next_minute(at: Timestamp) -> Timestamp {
    let minutes = at.as_second().div_euclid(60) + i64::from(at.as_second().rem_euclid(60) > 0);
    Timestamp::from_second(minutes * 60).expect("an instant")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_changes_zone_hour_and_quiet_hours_has_each_occasion_once_and_none_at_night(
        changes in changes(),
        user in 1_i64..2_000_000,
        weekly: bool,
        first in 0..usize::MAX,
        pickup in 0_i64..900,
        quiet in quiet(),
    ) {
        let [_, end] = years();
        let hours = Hours { weekday: weekly.then_some(Weekday::Monday), ..tests::DAILY };
        let zone = &ZONES[first % ZONES.len()];
        let mut person = Person::new(UserId(user), zone, hours, pickup, quiet);
        let mut travelled = false;
        for change in &changes {
            person.live(change.at, travelled);
            travelled = change.zone.map(|n| ZONES[n].clone()) != person.zone;
            person.change(change);
        }
        person.live(end, travelled);
        person.check();
        person.check_nights();
        let fewest = if weekly { 100 } else { 700 };
        prop_assert!(person.had.len() > fewest);
    }
}
