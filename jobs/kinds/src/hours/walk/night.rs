//! What becomes of each message by somebody's quiet hours: sent, or put off to their end, once.
//!
//! Whether it is quiet is asked of `deliver`'s own gate, and checked by another way of counting.

use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};
use store::{Gate, Locale, QuietHours, User, UserId};

use super::{ZONES, known, years};
use crate::{
    DailyDigest,
    deliver::gate::{self, Stop},
    quiet::USUAL,
};

/// A message that is on its way.
#[derive(Debug)]
struct Waiting {
    at: Timestamp,
    put_off: bool,
    /// Whether its person has changed anything since it was put off.
    changed: bool,
}

pub(super) struct Night {
    person: User,
    gate: Gate,
    waiting: Vec<Waiting>,
    pub(super) sent: usize,
    /// For quiet hours that were changed began again.
    pub(super) dropped: usize,
}

impl Night {
    pub(super) fn new(id: UserId, zone: Option<String>, quiet: QuietHours) -> Self {
        let person = User {
            id,
            email: String::new(),
            name: String::new(),
            timezone: zone,
            reminder_hour: None,
            digest_hour: None,
            locale: Locale::En,
            verified_at: None,
            created_at: Timestamp::MIN,
        };
        let gate = Gate {
            wanted: None,
            quiet,
            most: None,
            suppressed: false,
        };
        Self {
            person,
            gate,
            waiting: Vec::new(),
            sent: 0,
            dropped: 0,
        }
    }

    pub(super) fn change(&mut self, zone: Option<String>, quiet: QuietHours) {
        self.person.timezone = zone;
        self.gate.quiet = quiet;
        for message in &mut self.waiting {
            message.changed = true;
        }
    }

    /// A worker comes by at that time.
    pub(super) fn say(&mut self, at: Timestamp) {
        self.waiting.push(Waiting {
            at,
            put_off: false,
            changed: false,
        });
    }

    /// Every attempt until then.
    pub(super) fn live(&mut self, until: Timestamp) {
        for message in std::mem::take(&mut self.waiting) {
            let mut left = Some(message);
            while let Some(message) = left.take_if(|message| message.at <= until) {
                left = self.attempt(&message);
            }
            self.waiting.extend(left);
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.waiting.is_empty()
    }

    fn attempt(&mut self, message: &Waiting) -> Option<Waiting> {
        match gate::stops::<DailyDigest>(&self.gate, &self.person, message.at) {
            None => {
                assert_eq!(self.left(message.at), None, "in quiet hours: {message:?}");
                self.sent += 1;
                None
            }
            Some(Stop::Until(end)) if !message.put_off => {
                self.check(message.at, end);
                Some(Waiting {
                    at: end,
                    put_off: true,
                    changed: false,
                })
            }
            Some(Stop::Until(_)) => {
                assert!(message.changed, "dropped: {message:?}");
                self.dropped += 1;
                None
            }
            Some(Stop::ForGood(reason)) => panic!("{reason}"),
        }
    }

    /// How many seconds the clock has to go until their end, if it is quiet.
    fn left(&self, at: Timestamp) -> Option<i64> {
        let (from, until) = match self.gate.quiet {
            QuietHours::Own { from, until } => (from, until),
            QuietHours::Usual => (USUAL.from, USUAL.until),
            QuietHours::Never => return None,
        };
        let zone = self.person.timezone.as_deref();
        let speaks = zone.is_some() || self.gate.quiet != QuietHours::Usual;
        let clock = known(zone).to_datetime(at).time();
        let quiet = speaks && round(from, clock) < round(from, until);
        quiet.then(|| round(clock, until))
    }

    /// It is quiet until then, and what clocks show then is their end, or what came instead of it.
    fn check(&self, at: Timestamp, end: Timestamp) {
        let zone = known(self.person.timezone.as_deref());
        let last = end - SignedDuration::from_secs(1);
        assert!(
            self.left(last).is_some() && self.left(end).is_none(),
            "{end}"
        );
        let left = self.left(at).expect("it is put off for quiet hours");
        let gone = zone.to_datetime(end).duration_since(zone.to_datetime(at));
        let over = gone.as_secs() - left;
        let jump = offset(&zone, end) - offset(&zone, last);
        let after = over.rem_euclid(DAY);
        assert!(
            after == 0 || after <= jump,
            "{at} until {end}: {over} s too late"
        );
        // A jump may lead from before their end into the next ones.
        let days = if offset(&zone, at) < offset(&zone, end) {
            2
        } else {
            1
        };
        assert!((0..DAY * days).contains(&over), "{at} until {end}");
    }
}

const DAY: i64 = 24 * 60 * 60;

/// From one time of day forward to another.
fn round(from: Time, to: Time) -> i64 {
    to.duration_since(from).as_secs().rem_euclid(DAY)
}

fn offset(zone: &TimeZone, at: Timestamp) -> i64 {
    i64::from(zone.to_offset(at).seconds())
}

#[test]
fn who_is_put_off_to_an_end_near_a_change_of_clocks_hears_of_it_then_in_every_zone() {
    let [from, until] = years();
    let hours = SignedDuration::from_hours;
    for name in &*ZONES {
        let zone = TimeZone::get(name).expect("a zone");
        let changes = zone.following(from).map(|change| change.timestamp());
        for change in changes.take_while(|change| *change < until) {
            for quarter in -8..=8 {
                let clock = zone.to_datetime(change).time();
                let end = clock.wrapping_add(SignedDuration::from_mins(15 * quarter));
                let quiet = QuietHours::Own {
                    from: end.wrapping_sub(hours(9)),
                    until: end,
                };
                let mut night = Night::new(UserId(7), Some(name.clone()), quiet);
                for before in 0..9 {
                    night.say(change - hours(before));
                }
                night.live(change + hours(72));
                assert!(night.is_over() && night.sent == 9, "{name} {change} {end}");
            }
        }
    }
}
