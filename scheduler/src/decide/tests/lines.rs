//! What a line says of runs that have not finished, and an operator of pauses.

use platform::timetable::{Policy, Unfinished};

use super::*;

fn every_ten_minutes(unfinished: Unfinished) -> [Line; 1] {
    [line("often", "*/10 * * * *").unfinished(unfinished)]
}

fn unfinished(ticks: &[&TickId]) -> Answer {
    Answer::Unfinished(ticks.iter().map(|tick| (*tick).clone()).collect())
}

impl Play {
    /// Records a tick and asks what it would come behind.
    fn records_behind(&mut self, tick: &TickId, behind: &[&TickId]) {
        let recorded = Action::Record { tick: tick.clone() };
        assert_eq!(self.answer(Answer::Recorded(true)), recorded);
        self.asks_behind(tick, behind);
    }

    fn asks_behind(&mut self, tick: &TickId, behind: &[&TickId]) {
        let asked = self.answer(unfinished(behind));
        assert!(
            matches!(&asked, Action::ReadUnfinished { tick: of, .. } if of == tick),
            "{asked:?}"
        );
    }

    fn is_paused(&mut self, from: &str, until: &str) {
        let during = at(from)..at(until);
        let reason = "moving house".to_owned();
        let ticks = self.seen.ticks.as_mut().unwrap();
        let pause = crate::Pause { during, reason };
        ticks.pauses.insert("often".to_owned(), pause);
    }
}

fn fire_behind(tick: &TickId, behind: &[&TickId]) -> Action {
    Action::Fire {
        tick: tick.clone(),
        term: TERM,
        behind: behind.iter().map(|tick| (*tick).clone()).collect(),
    }
}

fn paused() -> Why {
    Why::Paused("moving house".to_owned())
}

#[test]
fn a_line_that_allows_it_is_fired_beside_its_previous_run() {
    let mut play = Play::leader("14:10", "14:00", every_ten_minutes(Unfinished::Allow));
    play.fires(&tick("often", "14:10"));
}

#[test]
fn a_line_that_skips_is_not_fired_while_its_previous_run_has_not_finished() {
    let mut play = Play::leader("14:10", "14:00", every_ten_minutes(Unfinished::Skip));
    let (before, now) = (tick("often", "14:00"), tick("often", "14:10"));
    play.records_behind(&now, &[&before]);
    assert_eq!(
        play.answer(Answer::Fired(Fired::Unfinished)),
        fire_behind(&now, &[&before])
    );
    assert_eq!(
        play.answer(Answer::Done),
        Action::MarkSkipped {
            tick: now,
            why: Why::Unfinished
        }
    );
    assert!(play.rests());
}

#[test]
fn a_line_that_skips_is_fired_once_its_previous_run_has_finished() {
    let mut play = Play::leader("14:10", "14:00", every_ten_minutes(Unfinished::Skip));
    let now = tick("often", "14:10");
    play.records_behind(&now, &[]);
    assert_eq!(play.answer(Answer::Fired(Fired::Queued)), fire(&now));
    assert!(matches!(play.next(), Action::MarkFired { .. }));
}

#[test]
fn a_line_that_queues_one_has_it_wait_and_skips_those_after_it() {
    let mut play = Play::leader("14:10", "14:00", every_ten_minutes(Unfinished::QueueOne));
    let (before, waits) = (tick("often", "14:00"), tick("often", "14:10"));
    play.records_behind(&waits, &[&before]);
    play.answer(Answer::Fired(Fired::Unfinished));
    assert!(play.rests());
    play.start += SignedDuration::from_mins(10);
    assert_eq!(play.seen.now, secs(0));
    play.answer_at_the_next_look(&waits);
    assert_eq!(
        play.answer(Answer::Done),
        skip("often", &["14:20"], Why::OneWaits)
    );
    assert!(play.rests());
    play.seen.ticks.as_mut().unwrap().rows[0].told = None;
    play.seen.ticks.as_mut().unwrap().rows[0].behind = None;
    play.asks_behind(&waits, &[]);
    assert_eq!(play.answer(Answer::Fired(Fired::Queued)), fire(&waits));
    assert!(matches!(
        play.answer(Answer::Done),
        Action::MarkFired { .. }
    ));
    assert!(play.rests());
}

impl Play {
    /// It renews, reads the clock, looks, and finds that this one still has to wait.
    fn answer_at_the_next_look(&mut self, waits: &TickId) {
        self.waits();
        assert_eq!(self.answer(renewed(1)), Action::Renew { term: TERM });
        assert_eq!(self.answer(self.time()), Action::ReadClock);
        assert_eq!(
            self.answer(Answer::Ticks(self.ticks("14:00"))),
            Action::Look
        );
        self.finds(waits.clone(), "14:10");
        self.asks_behind(waits, &[&tick("often", "14:00")]);
        self.answer(Answer::Fired(Fired::Unfinished));
    }
}

#[test]
fn what_an_operator_asks_for_does_not_mind_what_runs_nor_a_pause() {
    let mut play = Play::leader("14:05", "14:00", every_ten_minutes(Unfinished::Skip));
    play.is_paused("13:00", "15:00");
    let asked = TickId::asked("often", at("14:00"));
    play.finds(asked.clone(), "14:04:59");
    assert_eq!(play.next(), fire(&asked));
}

#[test]
fn what_comes_due_in_a_pause_is_skipped_and_says_why() {
    let mut play = Play::leader("14:20:01", "14:10", every_ten_minutes(Unfinished::Allow));
    play.is_paused("14:15", "15:00");
    assert_eq!(
        play.answer(Answer::Done),
        skip("often", &["14:20"], paused())
    );
    assert!(play.rests());
}

#[test]
fn after_an_outage_each_tick_is_treated_as_its_instant_deserves() {
    let mut play = Play::leader("15:01", "13:55", every_ten_minutes(Unfinished::Allow));
    play.is_paused("14:20", "14:40");
    let skipped = |instants: &[&str], why| skip("often", instants, why);
    assert!(matches!(
        play.answer(Answer::Done),
        Action::SkipShared { count: 1, .. }
    ));
    assert_eq!(
        play.answer(Answer::Done),
        skipped(&["14:10"], Why::Superseded)
    );
    assert_eq!(
        play.answer(Answer::Done),
        skipped(&["14:20", "14:30"], paused())
    );
    assert_eq!(
        play.answer(Answer::Done),
        skipped(&["14:40", "14:50"], Why::Superseded)
    );
    play.fires(&tick("often", "15:00"));
    assert!(play.rests());
}

#[test]
fn a_row_begun_before_a_pause_is_fired_and_one_in_it_only_if_it_was() {
    let mut play = Play::leader("14:25", "14:20", every_ten_minutes(Unfinished::Allow));
    play.is_paused("14:15", "15:00");
    play.finds(tick("often", "14:10"), "14:10");
    play.fires_recorded(&tick("often", "14:10"));
    let left = tick("often", "14:20");
    play.finds(left.clone(), "14:20");
    let ask = Action::AskFired {
        tick: left,
        term: TERM,
        why: paused(),
    };
    assert_eq!(play.answer(Answer::Fired(Fired::Remembered)), ask);
    assert!(matches!(play.next(), Action::MarkFired { .. }));
}

#[test]
fn of_more_than_a_page_of_late_ones_still_only_the_newest_is_fired() {
    let lines = [line("quick", "* * * * * *").policy(Policy::Latest)];
    let mut play = Play::leader("15:00", "14:05", lines);
    let mut fired = 0;
    while !play.rests() {
        fired += u32::from(matches!(play.next(), Action::Fire { .. }));
        let answer = match play.next() {
            Action::Record { .. } => Answer::Recorded(true),
            Action::Fire { .. } => Answer::Fired(Fired::Queued),
            _ => Answer::Done,
        };
        play.answer(answer);
    }
    assert_eq!(fired, 61, "those of the last minute are on time");
}
