//! What the statements about ticks do, in words of our own.

use std::collections::BTreeMap;

use honeydue_scheduler::{Action, Answer, Pause, Row, Ticks, Watermark, Why};
use jiff::Timestamp;
use platform::timetable::TickId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    Fired,
    Finished,
    Skipped(Why),
}

#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) state: State,
    pub(crate) since: Timestamp,
    pub(crate) decided_at: Timestamp,
}

/// Ticks that share a row.
pub(crate) struct Shared {
    pub(crate) schedule: String,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) at: Timestamp,
}

#[derive(Default)]
pub(crate) struct Postgres {
    terms: i64,
    pub(crate) rows: BTreeMap<TickId, Kept>,
    pub(crate) shared: Vec<Shared>,
    watermarks: BTreeMap<String, Watermark>,
    pub(crate) pauses: BTreeMap<String, Pause>,
    /// All that ever were.
    pub(crate) paused: Vec<(String, Pause)>,
    /// When each schedule was first seen.
    pub(crate) begun: BTreeMap<String, Timestamp>,
}

impl Postgres {
    pub(crate) fn next_term(&mut self) -> i64 {
        self.terms += 1;
        self.terms
    }

    pub(crate) fn look(&self) -> Ticks {
        let pending = self.rows.iter();
        let pending = pending.filter(|(_, kept)| kept.state == State::Pending);
        let row = |(tick, kept): (&TickId, &Kept)| Row {
            tick: tick.clone(),
            since: kept.since,
            behind: None,
            told: None,
        };
        let mut rows: Vec<Row> = pending.map(row).collect();
        rows.sort_by_key(|row| row.tick.instant);
        Ticks {
            watermarks: self.watermarks.clone(),
            rows,
            pauses: self.pauses.clone(),
        }
    }

    /// Fired at most this long ago and not finished, but for one of them.
    pub(crate) fn unfinished(&self, but: &TickId, since: Timestamp) -> Vec<TickId> {
        let ours = self.rows.iter().filter(|(tick, kept)| {
            let open = kept.state == State::Fired && kept.decided_at > since;
            open && tick.schedule == but.schedule && *tick != but
        });
        ours.map(|(tick, _)| tick.clone()).collect()
    }

    pub(crate) fn write(&mut self, action: Action, now: Timestamp) -> Answer {
        match action {
            Action::Begin { schedule, at, spec } => {
                self.begun.entry(schedule.clone()).or_insert(at);
                let known = self.watermarks.get(&schedule);
                if known.is_none_or(|known| known.spec != spec) {
                    let instant = known.map_or(at, |known| known.instant.max(at));
                    let begun = Watermark { instant, spec };
                    self.watermarks.insert(schedule, begun);
                }
            }
            Action::SkipShared {
                schedule, from, to, ..
            } => self.share(schedule, from, to, now),
            Action::Skip {
                schedule,
                instants,
                why,
            } => {
                for instant in instants {
                    let state = State::Skipped(why.clone());
                    self.insert(TickId::due(&schedule, instant), state, now);
                    self.raise(&schedule, instant);
                }
            }
            Action::Record { tick } => return Answer::Recorded(self.record(tick, now)),
            Action::MarkFired { tick, .. } => self.settle(&tick, &State::Fired, now),
            Action::MarkSkipped { tick, why } => self.settle(&tick, &State::Skipped(why), now),
            action => unreachable!("{action:?} writes nothing"),
        }
        Answer::Done
    }

    fn share(&mut self, schedule: String, from: Timestamp, to: Timestamp, at: Timestamp) {
        self.raise(&schedule, to);
        self.shared.push(Shared {
            schedule,
            from,
            to,
            at,
        });
    }

    fn record(&mut self, tick: TickId, now: Timestamp) -> bool {
        let new = !self.rows.contains_key(&tick);
        if !new {
            self.raise(&tick.schedule, tick.instant);
        }
        self.insert(tick, State::Pending, now);
        new
    }

    pub(crate) fn insert(&mut self, tick: TickId, state: State, now: Timestamp) {
        self.rows.entry(tick).or_insert(Kept {
            state,
            since: now,
            decided_at: now,
        });
    }

    fn settle(&mut self, tick: &TickId, state: &State, now: Timestamp) {
        let decided = self.decide(tick, &[State::Pending], state.clone(), now);
        let skipped = self.rows.get(tick);
        let skipped = skipped.is_some_and(|kept| matches!(kept.state, State::Skipped(_)));
        if !tick.asked && (decided || (*state == State::Fired && !skipped)) {
            self.raise(&tick.schedule, tick.instant);
        }
    }

    /// A row moves from one of these states, or stays.
    pub(crate) fn decide(
        &mut self,
        tick: &TickId,
        from: &[State],
        to: State,
        now: Timestamp,
    ) -> bool {
        let row = self.rows.get_mut(tick);
        let Some(kept) = row.filter(|kept| from.contains(&kept.state)) else {
            return false;
        };
        (kept.state, kept.decided_at) = (to, now);
        true
    }

    fn raise(&mut self, schedule: &str, to: Timestamp) {
        if let Some(known) = self.watermarks.get_mut(schedule) {
            known.instant = known.instant.max(to);
        }
    }
}
