//! Rows that somebody left `pending`, or asked for.

use super::*;

#[test]
fn a_row_left_pending_is_fired_first_inside_its_window() {
    let mut play = Play::leader("14:35", "14:00", every_ten_minutes(Policy::Latest));
    let left = tick("often", "14:10");
    play.finds(left.clone(), "14:10:01");
    play.fires_recorded(&left);
    assert_eq!(play.next(), skip("often", &["14:20"], Why::Superseded));
}

#[test]
fn a_row_ahead_of_redis_s_clock_waits_and_holds_nothing_up() {
    let mut play = Play::leader("14:25", "14:00", every_ten_minutes(Policy::Latest));
    play.finds(tick("often", "14:30"), "14:25"); // Redis's clock was put back
    assert_eq!(
        play.answer(Answer::Done),
        skip("often", &["14:10"], Why::Superseded)
    );
    play.fires(&tick("often", "14:20"));
    assert!(play.rests());
}

#[test]
fn a_row_left_pending_outside_its_window_is_asked_about_and_then_skipped() {
    let mut play = Play::leader("15:11", "15:10", every_ten_minutes(Policy::Latest));
    let left = tick("often", "14:10");
    play.finds(left.clone(), "14:10:01");
    let ask = Action::AskFired {
        tick: left.clone(),
        term: TERM,
        why: Why::TooLate,
    };
    assert_eq!(play.answer(Answer::Fired(Fired::Unknown)), ask);
    assert_eq!(
        play.answer(Answer::Done),
        Action::MarkSkipped {
            tick: left,
            why: Why::TooLate
        }
    );
    assert!(play.rests());
}

#[test]
fn a_late_row_of_a_schedule_that_skips_is_fired_only_if_it_was() {
    let mut play = Play::leader("14:25", "14:20", every_ten_minutes(Policy::Skip));
    let left = tick("often", "14:10");
    play.finds(left.clone(), "14:10:01");
    let ask = Action::AskFired {
        tick: left.clone(),
        term: TERM,
        why: Why::Late,
    };
    assert_eq!(play.answer(Answer::Fired(Fired::Remembered)), ask);
    assert!(matches!(play.next(), Action::MarkFired { .. }));
}

#[test]
fn a_tick_that_was_asked_for_is_fired_at_once_also_ahead_of_its_time() {
    let mut play = Play::leader("14:05", "14:00", every_ten_minutes(Policy::Latest));
    let asked = TickId::asked("often", at("18:00"));
    play.finds(asked.clone(), "14:04:59");
    assert_eq!(play.answer(Answer::Fired(Fired::Queued)), fire(&asked));
    assert_eq!(
        play.answer(Answer::Done),
        Action::MarkFired {
            tick: asked,
            term: TERM,
            late: None
        }
    );
    play.waits();
    assert_eq!(play.seen.now, secs(5), "its watermark has not moved");
    let schedule = play.seen.timetable.schedules()[0].clone();
    assert_eq!(
        play.seen.ticks.unwrap().watermark(&schedule),
        Some(at("14:00"))
    );
}

#[test]
fn what_was_asked_for_longer_ago_than_the_window_is_not_fired() {
    let mut play = Play::leader("14:05", "14:00", every_ten_minutes(Policy::Latest));
    play.finds(TickId::asked("often", at("12:00")), "13:04");
    assert!(matches!(
        play.next(),
        Action::AskFired {
            why: Why::TooLate,
            ..
        }
    ));
}

#[test]
fn a_row_of_a_schedule_nobody_knows_waits_a_day_for_who_may_know_it() {
    let mut play = Play::leader("14:05", "14:00", every_ten_minutes(Policy::Latest));
    play.finds(tick("gone", "14:00"), "14:00");
    assert!(play.rests());
    play.finds(tick("long-gone", "-1 14:00"), "-1 14:00");
    assert!(matches!(
        play.next(),
        Action::AskFired {
            why: Why::NotInTimetable,
            ..
        }
    ));
}
