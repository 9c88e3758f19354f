use super::*;

const EVERY_QUARTER_OF_TWO: &str = "*/15 2 * * *";
const HALF_PAST_TWO: &str = "30 2 * * *";

fn due(when: &str, zone: &str, gap: Gap, overlap: Overlap, from_until: [&str; 2]) -> Vec<String> {
    let when = When::parse(when).unwrap();
    let instants = Instants {
        when,
        zone: TimeZone::get(zone).unwrap(),
        gap,
        overlap,
    };
    let [from, until] = from_until.map(|text| text.parse().unwrap());
    instants
        .between(from, until, 1000)
        .iter()
        .map(ToString::to_string)
        .collect()
}

const BERLIN_SPRING: [&str; 2] = ["2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"];
const BERLIN_AUTUMN: [&str; 2] = ["2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"];
const NEW_YORK_SPRING: [&str; 2] = ["2027-03-13T12:00:00Z", "2027-03-14T12:00:00Z"];

#[test]
fn a_time_the_clocks_jump_over_is_due_right_after_the_jump() {
    let berlin = due(
        HALF_PAST_TWO,
        "Europe/Berlin",
        Gap::Next,
        Overlap::First,
        BERLIN_SPRING,
    );
    assert_eq!(berlin, ["2026-03-29T01:00:00Z"]);
    let york = due(
        HALF_PAST_TWO,
        "America/New_York",
        Gap::Next,
        Overlap::First,
        NEW_YORK_SPRING,
    );
    assert_eq!(york, ["2027-03-14T07:00:00Z"]);
}

#[test]
fn several_times_in_one_gap_are_due_once_also_together_with_the_first_after_it() {
    let rule = (Gap::Next, Overlap::First);
    let in_gap = due(
        EVERY_QUARTER_OF_TWO,
        "Europe/Berlin",
        rule.0,
        rule.1,
        BERLIN_SPRING,
    );
    assert_eq!(in_gap, ["2026-03-29T01:00:00Z"]);
    let and_after = due(
        "0,30 2,3 * * *",
        "Europe/Berlin",
        rule.0,
        rule.1,
        BERLIN_SPRING,
    );
    assert_eq!(and_after, ["2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"]);
}

#[test]
fn a_time_the_clocks_jump_over_can_be_left_out() {
    let berlin = due(
        HALF_PAST_TWO,
        "Europe/Berlin",
        Gap::Skip,
        Overlap::First,
        BERLIN_SPRING,
    );
    assert!(berlin.is_empty(), "{berlin:?}");
}

#[test]
fn a_time_the_clocks_show_twice_is_due_as_the_line_says() {
    let on = |overlap| {
        due(
            HALF_PAST_TWO,
            "Europe/Berlin",
            Gap::Next,
            overlap,
            BERLIN_AUTUMN,
        )
    };
    assert_eq!(on(Overlap::First), ["2026-10-25T00:30:00Z"]);
    assert_eq!(on(Overlap::Second), ["2026-10-25T01:30:00Z"]);
    assert_eq!(
        on(Overlap::Both),
        ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]
    );
}

#[test]
fn the_hour_shown_twice_stays_in_order_whichever_end_one_looks_from() {
    let between = ["2026-10-25T00:15:00Z", "2026-10-25T01:15:00Z"];
    let both = due(
        EVERY_QUARTER_OF_TWO,
        "Europe/Berlin",
        Gap::Next,
        Overlap::Both,
        between,
    );
    let second = due(
        EVERY_QUARTER_OF_TWO,
        "Europe/Berlin",
        Gap::Next,
        Overlap::Second,
        between,
    );
    assert_eq!(
        both,
        [
            "2026-10-25T00:30:00Z",
            "2026-10-25T00:45:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:15:00Z"
        ]
    );
    assert_eq!(second, ["2026-10-25T01:00:00Z", "2026-10-25T01:15:00Z"]);
}

#[test]
fn a_leap_day_comes_every_fourth_year() {
    let years = ["2026-01-01T00:00:00Z", "2034-01-01T00:00:00Z"];
    let days = due("0 14 29 2 *", "UTC", Gap::Next, Overlap::First, years);
    assert_eq!(days, ["2028-02-29T14:00:00Z", "2032-02-29T14:00:00Z"]);
}

#[test]
fn the_beginning_is_left_out_and_the_end_is_not() {
    let hour = ["2026-11-21T14:00:00Z", "2026-11-21T15:00:00Z"];
    assert_eq!(
        due("0 * * * *", "UTC", Gap::Next, Overlap::First, hour),
        ["2026-11-21T15:00:00Z"]
    );
}

/// Walks every minute and looks at the clock on the wall, in zones that jump by half an hour, by
/// two, and by a whole day.
#[test]
fn with_both_showings_and_no_making_up_due_is_whenever_the_wall_clock_matches() {
    let matches = |civil: DateTime| civil.minute() % 7 == 0 && (1..=3).contains(&civil.hour());
    for (zone, day) in [
        ("Europe/Berlin", "2026-03-29T00:00:00Z"),
        ("Europe/Berlin", "2026-10-25T00:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T15:00:00Z"),
        ("Antarctica/Troll", "2026-03-29T00:00:00Z"),
        ("Antarctica/Troll", "2026-10-25T00:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ] {
        let (tz, day) = (
            TimeZone::get(zone).unwrap(),
            day.parse::<Timestamp>().unwrap(),
        );
        let ends = [(-30).hours(), 30.hours()].map(|hours| (day + hours).to_string());
        let walked: Vec<String> = (-30 * 60 + 1..=30 * 60)
            .map(|minute| day + minute.minutes())
            .filter(|at| matches(tz.to_datetime(*at)))
            .map(|at| at.to_string())
            .collect();
        let found = due(
            "*/7 1-3 * * *",
            zone,
            Gap::Skip,
            Overlap::Both,
            ends.each_ref().map(String::as_str),
        );
        assert_eq!(found, walked, "{zone}");
    }
}
