//! Sweeps that come back after any time find what is still worth sending, and nothing else.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use store::UserId;

use super::{WINDOW, ZONES, tests::DAILY, years};

proptest! {
    #[test]
    fn after_any_outage_people_are_due_for_what_has_its_window_open_and_for_nothing_older(
        user in 1_i64..2_000_000,
        zone in 0..usize::MAX,
        chosen in proptest::option::of(0_i8..24),
        begin in 0_i64..700 * 24,
        minutes in 0_i64..8 * 24 * 60,
    ) {
        let (user, zone) = (UserId(user), Some(ZONES[zone % ZONES.len()].as_str()));
        let next = |at: &Timestamp| Some(DAILY.next_of(user, zone, chosen, *at));
        let due = DAILY.next_of(user, zone, chosen, years()[0] + SignedDuration::from_hours(begin));
        let swept = due + SignedDuration::from_mins(minutes);
        let over = swept - WINDOW;
        let found = |at: &Timestamp| Some(DAILY.after(user, zone, chosen, *at, over));
        let told = |all: &dyn Fn(&Timestamp) -> Option<Timestamp>| -> Vec<_> {
            let all = std::iter::successors(Some(due), all).skip(1);
            all.take_while(|at| *at <= swept).filter(|at| *at > over).collect()
        };
        prop_assert_eq!(told(&found), told(&next));
        let after_all = std::iter::successors(Some(due), found).skip(1).take(2);
        prop_assert!(after_all.last().is_some_and(|at| at > swept), "more than one is made up");
    }
}
