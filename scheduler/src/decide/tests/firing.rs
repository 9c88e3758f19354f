use platform::timetable::Policy;

use super::*;

fn daily(policy: Policy, window: Duration) -> [Line; 1] {
    [line("daily", "0 14 * * *").policy(policy).window(window)]
}

fn every_ten_minutes(policy: Policy) -> [Line; 1] {
    [line("often", "*/10 * * * *")
        .policy(policy)
        .window(Duration::from_hours(1))]
}

#[test]
fn a_schedule_seen_for_the_first_time_looks_back_zero() {
    let mut play = Play::leader(
        "14:00:10",
        "14:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    play.seen.ticks = Some(Ticks::default());
    let spec = "0 14 * * * | UTC | gap next | overlap first".into();
    let begin = Action::Begin {
        schedule: "daily".into(),
        at: at("14:00:10"),
        spec,
    };
    assert_eq!(play.answer(Answer::Done), begin);
    assert_eq!(play.next(), Action::Look, "another may have begun before");
}

#[test]
fn a_schedule_that_changed_looks_back_zero() {
    let mut play = Play::leader(
        "14:00:10",
        "13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    play.seen
        .ticks
        .as_mut()
        .unwrap()
        .watermarks
        .get_mut("daily")
        .unwrap()
        .spec = "0 13 * * *".into();
    assert!(matches!(play.answer(Answer::Done), Action::Begin { .. }));
    assert_eq!(play.next(), Action::Look);
}

#[test]
fn a_tick_is_a_row_then_a_job_then_a_row_that_says_so() {
    let mut play = Play::leader(
        "14:00:03",
        "13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    let (tick, term) = (tick("daily", "14:00"), TERM);
    assert_eq!(
        play.answer(Answer::Recorded(true)),
        Action::Record { tick: tick.clone() }
    );
    assert_eq!(play.answer(Answer::Fired(Fired::Queued)), fire(&tick));
    assert_eq!(
        play.answer(Answer::Done),
        Action::MarkFired {
            tick,
            term,
            late: Some(secs(3))
        }
    );
    assert!(play.rests());
}

#[test]
fn it_is_never_fired_early() {
    let mut play = Play::leader(
        "13:59:58",
        "13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    assert_eq!(play.next(), Action::Wait { until: secs(2) });
    play.waits();
    // Our two seconds were not Redis's.
    let slow = Answer::Clock {
        redis: at("13:59:59"),
        ahead: SignedDuration::ZERO,
    };
    assert_eq!(play.answer(slow), Action::ReadClock);
    assert_eq!(play.next(), Action::Wait { until: secs(3) });
    play.waits();
    let there = Answer::Clock {
        redis: at("14:00"),
        ahead: SignedDuration::ZERO,
    };
    assert_eq!(play.answer(there), Action::ReadClock);
    assert_eq!(
        play.next(),
        Action::Record {
            tick: tick("daily", "14:00")
        }
    );
}

#[test]
fn a_term_that_ran_out_before_the_fire_script_fires_nothing() {
    let mut play = Play::leader(
        "14:00:03",
        "13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    play.answer(Answer::Recorded(true));
    assert!(matches!(play.next(), Action::Fire { .. }));
    play.passes(secs(13));
    assert_eq!(play.next(), Action::ReadClock);
    assert!(play.seen.leading().is_none());
}

#[test]
fn a_script_that_knows_another_leader_ends_ours() {
    let mut play = Play::leader(
        "14:00:03",
        "13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    play.answer(Answer::Recorded(true));
    play.answer(Answer::Fired(Fired::NotLeader));
    assert!(play.seen.leading().is_none());
}

#[test]
fn a_fire_without_an_answer_is_asked_again_and_what_was_remembered_counts_as_fired() {
    let mut play = Play::leader(
        "14:00:03",
        "13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    let tick = tick("daily", "14:00");
    play.answer(Answer::Recorded(true));
    play.answer(Answer::Failed);
    play.waits();
    assert_eq!(
        play.answer(Answer::Ticks(play.ticks("13:00"))),
        Action::Look
    );
    play.finds(tick.clone(), "14:00:03");
    assert_eq!(play.answer(Answer::Fired(Fired::Remembered)), fire(&tick));
    assert!(matches!(play.next(), Action::MarkFired { .. }));
}

#[test]
fn a_row_that_stood_already_is_looked_at_before_anything_is_fired() {
    let mut play = Play::leader(
        "14:00:03",
        "13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    play.answer(Answer::Recorded(false));
    assert_eq!(play.next(), Action::Look);
}

#[test]
fn a_line_that_makes_no_job_leaves_a_row_that_says_why() {
    let mut play = Play::leader(
        "14:00:03",
        "13:00",
        daily(Policy::Latest, Duration::from_hours(6)),
    );
    let tick = tick("daily", "14:00");
    play.answer(Answer::Recorded(true));
    play.answer(Answer::NoJob("too long".into()));
    assert_eq!(
        play.next(),
        Action::MarkSkipped {
            tick,
            why: Why::NoJob("too long".into())
        }
    );
}

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

#[test]
fn a_hint_makes_a_leader_look() {
    let mut play = Play::leader("14:05", "14:00", every_ten_minutes(Policy::Latest));
    assert!(play.rests());
    play.seen.hinted();
    assert_eq!(play.answer(renewed(1)), Action::Renew { term: TERM });
    assert_eq!(play.answer(play.time()), Action::ReadClock);
    assert_eq!(play.next(), Action::Look);
}

#[test]
fn many_lines_due_at_once_are_fired_one_after_the_other() {
    let lines = ["a", "b", "c"].map(|id| line(id, "0 14 * * *"));
    let mut play = Play::leader("14:00:01", "13:00", lines);
    for id in ["a", "b", "c"] {
        play.fires(&tick(id, "14:00"));
    }
    assert!(play.rests());
}
