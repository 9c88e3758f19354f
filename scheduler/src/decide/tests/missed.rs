//! Ticks that were missed: what each policy makes of them, and the window.

use super::*;

#[test]
fn latest_fires_the_newest_and_says_of_the_older_that_it_stands_for_them() {
    let mut play = Play::leader("14:35", "14:00", every_ten_minutes(Policy::Latest));
    assert_eq!(
        play.answer(Answer::Done),
        skip("often", &["14:10", "14:20"], Why::Superseded)
    );
    play.fires(&tick("often", "14:30"));
    assert!(play.rests());
}

#[test]
fn latest_needs_no_late_one_when_there_is_one_on_time() {
    let mut play = Play::leader("14:30:59", "14:10", every_ten_minutes(Policy::Latest));
    assert_eq!(
        play.answer(Answer::Done),
        skip("often", &["14:20"], Why::Superseded)
    );
    play.fires(&tick("often", "14:30"));
    assert!(play.rests());
}

#[test]
fn skip_fires_on_time_and_never_late() {
    let mut play = Play::leader("14:31:01", "14:10", every_ten_minutes(Policy::Skip));
    assert_eq!(
        play.answer(Answer::Done),
        skip("often", &["14:20", "14:30"], Why::Late)
    );
    assert!(play.rests());
    let mut play = Play::leader("14:31:00", "14:20", every_ten_minutes(Policy::Skip));
    play.fires(&tick("often", "14:30"));
}

#[test]
fn all_fires_each_oldest_first_and_no_more_than_its_most() {
    let mut play = Play::leader("14:45", "14:00", every_ten_minutes(Policy::All { max: 3 }));
    assert_eq!(
        play.answer(Answer::Done),
        skip("often", &["14:10"], Why::Superseded)
    );
    for instant in ["14:20", "14:30", "14:40"] {
        play.fires(&tick("often", instant));
    }
    assert!(play.rests());
}

#[test]
fn all_in_the_same_minute_are_on_time_and_each_is_fired() {
    let lines = [line("quick", "*/20 * * * * *")];
    let mut play = Play::leader("14:00:50", "14:00", lines);
    for instant in ["14:00:20", "14:00:40"] {
        play.fires(&tick("quick", instant));
    }
    assert!(play.rests());
}

#[test]
fn those_older_than_the_window_share_one_row() {
    let mut play = Play::leader(
        "15:00",
        "-3 13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    let (from, to) = (at("-3 14:00"), at("-1 14:00"));
    let shared = Action::SkipShared {
        schedule: "daily".into(),
        from,
        to,
        count: 3,
    };
    assert_eq!(play.answer(Answer::Done), shared);
    play.fires(&tick("daily", "14:00"));
    assert!(play.rests());
}

#[test]
fn exactly_at_the_end_of_the_window_it_is_still_fired() {
    let window = Duration::from_hours(6);
    let mut play = Play::leader("20:00", "13:00", daily(Policy::Latest, window));
    play.fires(&tick("daily", "14:00"));
    let play = Play::leader("20:00:01", "13:00", daily(Policy::Latest, window));
    assert!(matches!(play.next(), Action::SkipShared { count: 1, .. }));
}

#[test]
fn a_very_long_outage_is_worked_off_in_slices() {
    let mut play = Play::leader("15:00", "-10 15:00", [line("sweep", "* * * * *")]);
    let mut counts = vec![];
    while let Action::SkipShared { count, .. } = play.next() {
        counts.push(count);
        play.answer(Answer::Done);
    }
    assert_eq!(counts, [10_000, 4400 - 61]);
}
