use super::*;

pub(super) const DAILY: Hours = Hours {
    kind: "daily",
    utc: 3,
    local: 18,
    weekday: None,
};
const WEEKLY: Hours = Hours {
    kind: "weekly",
    utc: 8,
    local: 8,
    weekday: Some(Weekday::Monday),
};

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn next(zone: &str, hour: i8, after: &str) -> String {
    DAILY.next(Some(zone), Some(hour), at(after)).to_string()
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
            at = DAILY.next(zone, Some(2), at);
            let date = local_date(zone, at);
            assert!(last.is_none_or(|last| last < date), "{name}: {date} twice");
            last = Some(date);
        }
    }
}

#[test]
fn a_weekly_hour_comes_on_its_weekday_only_and_once_an_iso_week() {
    let berlin = Some("Europe/Berlin");
    let monday = WEEKLY.next(berlin, None, at("2026-11-21T12:00:00Z"));
    assert_eq!(monday.to_string(), "2026-11-23T07:00:00Z");
    assert_eq!(WEEKLY.occasion(berlin, monday), "2026-W48");
    let next = WEEKLY.next(berlin, None, monday);
    assert_eq!(next.to_string(), "2026-11-30T07:00:00Z");
    // The last Monday of 2029 belongs to the first week of 2030.
    assert_eq!(
        WEEKLY.occasion(None, at("2029-12-31T08:00:00Z")),
        "2030-W01"
    );
}

#[test]
fn the_day_after_an_occasion_is_the_first_that_may_have_another() {
    let day = |hours: Hours, occasion| hours.day_after(occasion).map(|day| day.to_string());
    assert_eq!(day(DAILY, "2026-12-31").unwrap(), "2027-01-01");
    assert_eq!(day(WEEKLY, "2026-W53").unwrap(), "2027-01-04");
    assert_eq!(day(DAILY, "welcome"), None);
    assert_eq!(day(WEEKLY, "2026-11-21"), None);
}

#[test]
fn a_changed_weekly_hour_waits_for_the_week_that_is_owed() {
    let now = at("2026-11-23T12:00:00Z");
    let moved = |owed: &str| {
        let owed = owed.parse().unwrap();
        WEEKLY.moved(None, Some(9), owed, now).to_string()
    };
    assert_eq!(moved("2026-11-23"), "2026-11-23T12:00:00Z");
    assert_eq!(moved("2026-11-24"), "2026-11-30T09:00:00Z");
}
