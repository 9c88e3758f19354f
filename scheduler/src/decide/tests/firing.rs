//! One tick, from its instant to the row that says it was fired.

use super::*;

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
    play.passes(secs(1));
    assert_eq!(play.answer(Answer::Fired(Fired::Queued)), fire(&tick));
    // It was late by what the firing took, too, and not by what it takes to say so.
    play.passes(secs(1));
    assert_eq!(
        play.answer(Answer::Done),
        Action::MarkFired {
            tick,
            term,
            late: Some(secs(4))
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
fn many_lines_due_at_once_are_fired_one_after_the_other() {
    let lines = ["a", "b", "c"].map(|id| line(id, "0 14 * * *"));
    let mut play = Play::leader("14:00:01", "13:00", lines);
    for id in ["a", "b", "c"] {
        play.fires(&tick(id, "14:00"));
    }
    assert!(play.rests());
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
