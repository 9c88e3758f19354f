//! What people may change, and when.

use jiff::{SignedDuration, Timestamp, civil::Time};
use proptest::prelude::*;
use store::QuietHours;

use super::{ZONES, years};

#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) at: Timestamp,
    pub(super) zone: Option<usize>,
    pub(super) chosen: Option<i8>,
    pub(super) quiet: QuietHours,
}

pub(super) fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(change(), 1..12).prop_map(|mut changes| {
        changes.sort_by_key(|change| change.at);
        changes
    })
}

fn change() -> impl Strategy<Value = Change> {
    let [from, until] = years();
    let minutes = 0..until.duration_since(from).as_mins();
    (minutes, zone(), chosen(), quiet()).prop_map(move |(minute, zone, chosen, quiet)| Change {
        at: from + SignedDuration::from_mins(minute),
        zone,
        chosen,
        quiet,
    })
}

fn zone() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![1 => Just(None), 9 => (0..ZONES.len()).prop_map(Some)]
}

fn chosen() -> impl Strategy<Value = Option<i8>> {
    prop_oneof![1 => Just(None), 3 => (0_i8..24).prop_map(Some)]
}

/// Many end in the small hours, where most clocks change.
pub(super) fn quiet() -> impl Strategy<Value = QuietHours> {
    let until = prop_oneof![1 => 0_i64..24 * 60, 1 => 0_i64..4 * 60];
    let own = (0_i64..24 * 60, until).prop_filter("they last a day", |(from, until)| from != until);
    let own = own.prop_map(|(from, until)| QuietHours::Own {
        from: minute(from),
        until: minute(until),
    });
    prop_oneof![1 => Just(QuietHours::Usual), 1 => Just(QuietHours::Never), 6 => own]
}

fn minute(of_day: i64) -> Time {
    Time::midnight().wrapping_add(SignedDuration::from_mins(of_day))
}
