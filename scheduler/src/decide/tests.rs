//! What is decided, told as short plays: the scheduler asks, and gets an answer.

mod firing;
mod leading;
mod left;
mod lines;
mod missed;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use platform::{
    NewJob, Pace, SWEEP,
    leader::{Asked, Fired, Held, Renewed},
    timetable::{Line, Policy, TickId, Timetable},
};

use super::*;
use crate::action::{Answer, Why};

/// One scheduler, and the time.
struct Play {
    seen: Seen,
    /// Redis's clock at the beginning of the play.
    start: Timestamp,
}

const TERM: i64 = 7;

fn line(id: &str, when: &str) -> Line {
    Line::new(id, when, |at| {
        Ok(NewJob::raw("probe", SWEEP, at.to_string().into_bytes()))
    })
}

fn daily(policy: Policy, window: Duration) -> [Line; 1] {
    [line("daily", "0 14 * * *").policy(policy).window(window)]
}

fn every_ten_minutes(policy: Policy) -> [Line; 1] {
    [line("often", "*/10 * * * *")
        .policy(policy)
        .window(Duration::from_hours(1))]
}

/// `14:00` or `14:00:30` on the day of the play, or a day before: `-1 14:00`.
fn at(text: &str) -> Timestamp {
    let (days, time) = text.split_once(' ').unwrap_or(("0", text));
    let seconds = if time.len() == 5 { ":00" } else { "" };
    let today: Timestamp = format!("2026-11-21T{time}{seconds}Z").parse().unwrap();
    today + SignedDuration::from_hours(24 * days.parse::<i64>().unwrap())
}

fn tick(id: &str, instant: &str) -> TickId {
    TickId::due(id, at(instant))
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

impl Play {
    /// A follower that has just started.
    fn begin(start: &str, version: u32, lines: impl IntoIterator<Item = Line>) -> Self {
        let timetable = Timetable::new(version, lines).unwrap();
        Self {
            seen: Seen::new(Arc::new(timetable), Pace::STANDARD),
            start: at(start),
        }
    }

    /// A leader that has just looked: every schedule's watermark stands at `watermark`.
    fn leader(start: &str, watermark: &str, lines: impl IntoIterator<Item = Line>) -> Self {
        let mut play = Self::begin(start, 1, lines);
        play.takes_the_lead();
        assert_eq!(play.answer(play.time()), Action::ReadClock);
        assert_eq!(
            play.answer(Answer::Ticks(play.ticks(watermark))),
            Action::Look
        );
        play
    }

    fn takes_the_lead(&mut self) {
        assert_eq!(self.answer(self.time()), Action::ReadClock);
        assert_eq!(self.answer(Answer::Term(TERM)), Action::TakeTerm);
        assert_eq!(
            self.answer(Answer::Held(Held::Ours)),
            Action::Hold { term: TERM }
        );
        assert_eq!(self.answer(renewed(1)), Action::Renew { term: TERM });
    }

    fn ticks(&self, watermark: &str) -> Ticks {
        let instant = at(watermark);
        let schedules = self.seen.timetable.schedules().iter();
        Ticks {
            watermarks: schedules
                .map(|line| {
                    (
                        line.id().into(),
                        crate::Watermark {
                            instant,
                            spec: line.spec(),
                        },
                    )
                })
                .collect(),
            rows: Vec::new(),
            pauses: BTreeMap::new(),
        }
    }

    /// A row that somebody left `pending`.
    fn finds(&mut self, tick: TickId, since: &str) {
        let row = crate::Row {
            tick,
            since: at(since),
            behind: None,
            told: None,
        };
        self.seen.ticks.as_mut().unwrap().rows.push(row);
    }

    fn next(&self) -> Action {
        decide(&self.seen)
    }

    /// What it does next, and what comes of it at once.
    fn answer(&mut self, answer: Answer) -> Action {
        let action = self.next();
        let now = self.seen.now;
        self.seen.learn(action.clone(), answer, now, now);
        action
    }

    fn passes(&mut self, time: Duration) {
        self.seen.moment(self.seen.now + time, Duration::ZERO);
    }

    /// Redis's clock, and ours the same.
    fn time(&self) -> Answer {
        self.time_when_ours_is(SignedDuration::ZERO)
    }

    fn time_when_ours_is(&self, ahead: SignedDuration) -> Answer {
        Answer::Clock {
            redis: self.start + self.seen.now,
            ahead,
        }
    }

    /// Waits as long as it wants to and reads the clock, once.
    fn waits(&mut self) {
        let Action::Wait { until } = self.next() else {
            panic!("{:?} is not waiting", self.next())
        };
        self.passes(until.saturating_sub(self.seen.now));
    }

    /// The three steps of firing.
    fn fires(&mut self, tick: &TickId) {
        assert_eq!(
            self.answer(Answer::Recorded(true)),
            Action::Record { tick: tick.clone() }
        );
        self.fires_recorded(tick);
    }

    fn fires_recorded(&mut self, tick: &TickId) {
        assert_eq!(self.answer(Answer::Fired(Fired::Queued)), fire(tick));
        let done = self.answer(Answer::Done);
        assert!(
            matches!(&done, Action::MarkFired { tick: fired, .. } if fired == tick),
            "{done:?}"
        );
    }

    fn rests(&self) -> bool {
        matches!(self.next(), Action::Wait { .. })
    }
}

/// This version asked to lead just now.
fn renewed(version: u32) -> Answer {
    renewed_when(version, Duration::ZERO)
}

fn renewed_when(version: u32, ago: Duration) -> Answer {
    Answer::Renewed(Renewed::Ours {
        asked: vec![Asked { version, ago }],
        step_down: false,
    })
}

fn fire(tick: &TickId) -> Action {
    let (tick, behind) = (tick.clone(), Vec::new());
    Action::Fire {
        tick,
        term: TERM,
        behind,
    }
}

fn skip(schedule: &str, instants: &[&str], why: Why) -> Action {
    let instants = instants.iter().map(|text| at(text)).collect();
    Action::Skip {
        schedule: schedule.into(),
        instants,
        why,
    }
}
