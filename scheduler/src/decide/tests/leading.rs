use super::*;

fn sweep() -> [Line; 1] {
    [line("sweep", "* * * * *")]
}

#[test]
fn a_follower_reads_the_clock_and_takes_a_term_before_it_asks() {
    let mut play = Play::begin("14:00:10", 1, sweep());
    assert_eq!(play.answer(play.time()), Action::ReadClock);
    assert_eq!(play.answer(Answer::Term(7)), Action::TakeTerm);
    assert_eq!(play.next(), Action::Hold { term: 7 });
}

#[test]
fn without_postgres_it_does_not_ask() {
    let mut play = Play::begin("14:00:10", 1, sweep());
    for _ in 0..20 {
        assert_eq!(play.answer(play.time()), Action::ReadClock);
        assert_eq!(play.answer(Answer::Failed), Action::TakeTerm);
        play.waits();
    }
    play.takes_the_lead();
}

#[test]
fn a_refused_one_asks_again_when_the_lease_ends_with_another_term() {
    let mut play = Play::begin("14:00:10", 1, sweep());
    play.answer(play.time());
    play.answer(Answer::Term(7));
    play.seen.jitter = Duration::from_millis(200);
    play.answer(Answer::Held(Held::Theirs(Duration::from_millis(900))));
    assert_eq!(
        play.next(),
        Action::Wait {
            until: Duration::from_millis(1100)
        }
    );
    play.waits();
    play.answer(play.time());
    assert_eq!(play.next(), Action::TakeTerm);
}

#[test]
fn a_refused_one_asks_again_within_two_seconds_however_long_the_lease() {
    let mut play = Play::begin("14:00:10", 1, sweep());
    play.answer(play.time());
    play.answer(Answer::Term(7));
    play.answer(Answer::Held(Held::Theirs(secs(14))));
    assert_eq!(play.next(), Action::Wait { until: secs(2) });
}

#[test]
fn a_hint_that_the_lease_is_free_makes_it_ask_at_once() {
    let mut play = Play::begin("14:00:10", 1, sweep());
    play.answer(play.time());
    play.answer(Answer::Term(7));
    play.answer(Answer::Held(Held::Theirs(secs(14))));
    play.passes(secs(1));
    play.seen.hinted();
    assert_eq!(play.next(), Action::ReadClock);
}

#[test]
fn it_renews_every_five_seconds() {
    let mut play = Play::leader("14:00:10", "14:00", sweep());
    play.waits();
    assert_eq!(play.seen.now, secs(5));
    assert_eq!(play.answer(renewed(1)), Action::Renew { term: TERM });
    assert_eq!(play.answer(play.time()), Action::ReadClock);
    assert_eq!(play.next(), Action::Look);
}

#[test]
fn a_term_is_believed_for_thirteen_seconds_from_before_it_was_asked_for() {
    let mut play = Play::begin("14:00:10", 1, sweep());
    play.answer(play.time());
    play.answer(Answer::Term(7));
    let (asked, answered) = (secs(0), secs(4));
    play.seen
        .learn(play.next(), Answer::Held(Held::Ours), asked, answered);
    assert_eq!(play.seen.leading().unwrap().trusted_until, secs(13));
    play.passes(secs(9));
    assert!(play.seen.leading().is_none());
}

#[test]
fn a_leader_that_cannot_renew_tries_on_and_stops_believing_in_time() {
    let mut play = Play::leader("14:00:10", "14:00", sweep());
    play.waits();
    while play.seen.leading().is_some() {
        assert_eq!(play.answer(Answer::Failed), Action::Renew { term: TERM });
        play.waits();
    }
    assert_eq!(play.seen.now, secs(13));
}

#[test]
fn one_that_lost_its_lease_follows() {
    let mut play = Play::leader("14:00:10", "14:00", sweep());
    play.waits();
    play.answer(Answer::Renewed(Renewed::Lost));
    assert!(play.seen.leading().is_none());
    assert_eq!(play.next(), Action::ReadClock);
}

#[test]
fn told_to_stop_it_fires_nothing_more_and_lets_go() {
    let mut play = Play::leader("14:01:05", "14:00", sweep());
    assert_eq!(
        play.next(),
        Action::Record {
            tick: tick("sweep", "14:01")
        }
    );
    play.seen.stopping = true;
    assert_eq!(play.answer(Answer::Done), Action::LetGo { term: TERM });
    assert_eq!(play.next(), Action::Stop);
}

#[test]
fn told_to_stop_it_stops_even_if_redis_does_not_answer() {
    let mut play = Play::leader("14:01:05", "14:00", sweep());
    play.seen.stopping = true;
    assert_eq!(play.answer(Answer::Failed), Action::LetGo { term: TERM });
    assert_eq!(play.next(), Action::Stop);
}

#[test]
fn an_empty_timetable_never_leads() {
    let mut play = Play::begin("14:00", 1, []);
    for _ in 0..100 {
        play.waits();
    }
    play.seen.hinted();
    assert!(play.rests());
}

#[test]
fn a_clock_more_than_five_seconds_off_does_not_ask_until_it_is_right() {
    for off in [
        SignedDuration::from_secs(90),
        SignedDuration::from_millis(-5001),
    ] {
        let mut play = Play::begin("14:00", 1, sweep());
        assert_eq!(play.answer(play.time_when_ours_is(off)), Action::ReadClock);
        play.waits();
        assert_eq!(play.answer(play.time_when_ours_is(off)), Action::ReadClock);
        play.waits();
        play.takes_the_lead();
    }
}

#[test]
fn a_leader_whose_clock_goes_wrong_lets_go() {
    let mut play = Play::leader("14:00:10", "14:00", sweep());
    play.waits();
    play.answer(renewed(1));
    play.answer(play.time_when_ours_is(SignedDuration::from_secs(6)));
    assert_eq!(play.next(), Action::LetGo { term: TERM });
}

#[test]
fn a_leader_cut_off_from_postgres_lets_go_after_a_lease_and_does_not_fire_meanwhile() {
    let mut play = Play::leader("14:01:05", "14:00", sweep());
    let mut tried = vec![play.answer(Answer::Failed)];
    while play.seen.now < secs(15) {
        match play.next() {
            Action::Wait { .. } => play.waits(),
            Action::Renew { .. } => _ = play.answer(renewed(1)),
            Action::ReadClock => _ = play.answer(play.time()),
            _ => tried.push(play.answer(Answer::Failed)),
        }
    }
    assert!(
        tried
            .iter()
            .all(|action| matches!(action, Action::Look | Action::Record { .. })),
        "{tried:?}"
    );
    assert_eq!(play.next(), Action::LetGo { term: TERM });
}

#[test]
fn an_older_timetable_yields_for_a_minute_to_a_newer_one_that_asked() {
    let mut play = Play::leader("14:00:10", "14:00", sweep());
    play.waits();
    play.answer(renewed(2));
    assert_eq!(play.answer(Answer::Done), Action::LetGo { term: TERM });
    play.seen.hinted(); // by its own letting go
    assert_eq!(play.next(), Action::Wait { until: secs(65) });
}

#[test]
fn an_older_timetable_leads_again_once_no_newer_one_asks() {
    let mut play = Play::leader("14:00:10", "14:00", sweep());
    play.waits();
    play.answer(renewed(2));
    play.answer(Answer::Done);
    play.waits();
    play.takes_the_lead();
    assert!(play.seen.leading().is_some());
}

#[test]
fn a_newer_timetable_does_not_yield_to_an_older_one() {
    let mut play = Play::begin("14:00:10", 3, sweep());
    play.takes_the_lead();
    play.answer(play.time());
    assert_eq!(play.next(), Action::Look);
}

#[test]
fn it_yields_no_longer_than_the_newer_one_was_silent_for_a_minute() {
    let mut play = Play::leader("14:00:10", "14:00", sweep());
    play.waits();
    play.answer(renewed_when(2, secs(17)));
    assert_eq!(play.answer(Answer::Done), Action::LetGo { term: TERM });
    assert_eq!(
        play.next(),
        Action::Wait {
            until: secs(5 + 43)
        }
    );
}

#[test]
fn a_newer_timetable_that_was_rolled_back_keeps_nobody_from_leading() {
    let mut play = Play::begin("14:00:10", 1, sweep());
    play.takes_the_lead();
    play.passes(secs(5));
    play.answer(renewed_when(2, secs(60)));
    assert_eq!(play.answer(play.time()), Action::ReadClock);
    assert_eq!(play.next(), Action::Look);
    let newer = play.seen.leading().unwrap().newer_than(1).unwrap();
    assert_eq!(newer.version, 2, "it is known, and warned of");
}

#[test]
fn asked_to_step_down_it_lets_go_and_leaves_the_lease_to_others_for_its_length() {
    let mut play = Play::leader("14:00:10", "14:00", sweep());
    play.passes(secs(1));
    play.seen.hinted();
    let asked = Renewed::Ours {
        asked: vec![],
        step_down: true,
    };
    assert_eq!(
        play.answer(Answer::Renewed(asked)),
        Action::Renew { term: TERM }
    );
    assert_eq!(play.answer(Answer::Done), Action::LetGo { term: TERM });
    play.seen.hinted(); // by its own letting go
    assert_eq!(play.next(), Action::Wait { until: secs(16) });
    play.waits();
    play.takes_the_lead();
}
