//! A Redis, a Postgres and two schedulers, in virtual time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use honeydue_scheduler::{Action, Answer, Moment, Row, Seen, Ticks, Watermark, decide};
use jiff::{SignedDuration, Timestamp};
use platform::{
    Pace,
    leader::{Fired, Held, Renewed},
    timetable::{TickId, Timetable},
};

use crate::chance::Chance;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    Fired,
    Skipped,
}

pub(crate) struct Kept {
    pub(crate) state: State,
    since: Timestamp,
}

/// A scheduler process, and the one call it is waiting for.
struct Process {
    seen: Seen,
    boot: u64,
    began: Duration,
    next: Duration,
    doing: Doing,
}

enum Doing {
    Nothing,
    /// On its way to the place.
    Asking {
        action: Action,
        asked: Moment,
        lost: bool,
    },
    /// On its way back.
    Hearing {
        action: Action,
        asked: Moment,
        answer: Answer,
    },
}

pub(crate) struct World {
    pub(crate) timetable: Arc<Timetable>,
    start: Timestamp,
    now: Duration,
    chance: Chance,
    processes: Vec<Process>,
    boots: u64,
    // Postgres
    terms: i64,
    pub(crate) rows: BTreeMap<TickId, Kept>,
    ranges: Vec<(String, Timestamp, Timestamp)>,
    watermarks: BTreeMap<String, Watermark>,
    pub(crate) begun: BTreeMap<String, Timestamp>,
    // Redis
    lease: Option<(u64, i64, Duration)>,
    remembered: BTreeSet<TickId>,
    pub(crate) jobs: Vec<TickId>,
    pub(crate) early: Vec<TickId>,
}

impl World {
    pub(crate) fn new(seed: u64, timetable: Timetable) -> Self {
        let mut world = Self {
            timetable: Arc::new(timetable),
            start: "2026-11-21T13:59:30Z".parse().expect("an instant"),
            now: Duration::ZERO,
            chance: Chance::new(seed),
            processes: Vec::new(),
            boots: 0,
            terms: 0,
            rows: BTreeMap::new(),
            ranges: Vec::new(),
            watermarks: BTreeMap::new(),
            begun: BTreeMap::new(),
            lease: None,
            remembered: BTreeSet::new(),
            jobs: Vec::new(),
            early: Vec::new(),
        };
        world.processes = (0..2).map(|_| world.boot(Duration::ZERO)).collect();
        world
    }

    fn boot(&mut self, after: Duration) -> Process {
        self.boots += 1;
        let began = self.now + after;
        let seen = Seen::new(Arc::clone(&self.timetable), Pace::STANDARD);
        Process {
            seen,
            boot: self.boots,
            began,
            next: began,
            doing: Doing::Nothing,
        }
    }

    pub(crate) fn run(&mut self, time: Duration, faults: bool) {
        let end = self.now + time;
        loop {
            let due = (0..self.processes.len()).min_by_key(|one| self.processes[*one].next);
            let one = due.filter(|one| self.processes[*one].next <= end);
            let Some(one) = one else { break };
            self.now = self.processes[one].next;
            self.step(one, faults);
        }
        self.now = end;
    }

    /// Until here whatever was due must have been decided.
    pub(crate) fn last_minute(&self) -> Timestamp {
        self.redis_time() - SignedDuration::from_secs(60)
    }

    pub(crate) fn shared(&self, tick: &TickId) -> bool {
        let covers = |(schedule, from, to): &(String, Timestamp, Timestamp)| {
            *schedule == tick.schedule && (*from..=*to).contains(&tick.instant)
        };
        self.ranges.iter().any(covers)
    }

    fn redis_time(&self) -> Timestamp {
        self.start + self.now
    }

    /// One step of one process, and whatever befalls it there.
    fn step(&mut self, one: usize, faults: bool) {
        if faults && self.chance.one_in(400) {
            return self.kill(one);
        }
        let (paused, took) = (self.pause(faults), self.round_trip(faults));
        let at = self.now + paused;
        let doing = std::mem::replace(&mut self.processes[one].doing, Doing::Nothing);
        let (doing, next) = match doing {
            Doing::Nothing => self.begin(one, at, took, faults),
            Doing::Asking {
                action,
                asked,
                lost,
            } => {
                let answer = if lost {
                    Answer::Failed
                } else {
                    self.perform(one, &action)
                };
                let deaf = faults && self.chance.one_in(60);
                let answer = if deaf { Answer::Failed } else { answer };
                (
                    Doing::Hearing {
                        action,
                        asked,
                        answer,
                    },
                    at + took,
                )
            }
            Doing::Hearing {
                action,
                asked,
                answer,
            } => {
                let process = &mut self.processes[one];
                process.seen.learn(
                    action,
                    answer,
                    asked,
                    self.now.saturating_sub(process.began),
                );
                (Doing::Nothing, at)
            }
        };
        (self.processes[one].doing, self.processes[one].next) = (doing, next);
    }

    /// Which of them leads, for all it knows.
    pub(crate) fn leader(&self) -> Option<usize> {
        self.processes
            .iter()
            .position(|process| process.seen.leading().is_some())
    }

    /// What it asked last may arrive all the same.
    pub(crate) fn kill(&mut self, one: usize) {
        let doing = std::mem::replace(&mut self.processes[one].doing, Doing::Nothing);
        if let Doing::Asking { action, .. } = doing
            && self.chance.one_in(2)
        {
            self.perform(one, &action);
        }
        let after = self.chance.millis(30_000);
        self.processes[one] = self.boot(after);
    }

    fn pause(&mut self, faults: bool) -> Duration {
        let paused = faults && self.chance.one_in(100);
        if paused {
            self.chance.millis(150_000)
        } else {
            Duration::ZERO
        }
    }

    fn round_trip(&mut self, faults: bool) -> Duration {
        let slow = faults && self.chance.one_in(50);
        self.chance.millis(if slow { 5_000 } else { 20 })
    }

    fn begin(
        &mut self,
        one: usize,
        at: Duration,
        took: Duration,
        faults: bool,
    ) -> (Doing, Duration) {
        let jitter = self.chance.millis(250);
        let process = &mut self.processes[one];
        let asked = self.now.saturating_sub(process.began);
        process.seen.moment(asked, jitter);
        match decide(&process.seen) {
            Action::Stop => unreachable!("nobody told it to stop"),
            Action::Wait { until } => (Doing::Nothing, (process.began + until).max(at)),
            action => {
                let lost = faults && self.chance.one_in(60);
                (
                    Doing::Asking {
                        action,
                        asked,
                        lost,
                    },
                    at + took,
                )
            }
        }
    }

    /// What Redis and Postgres do, as their scripts and statements do it.
    fn perform(&mut self, one: usize, action: &Action) -> Answer {
        let owner = self.processes[one].boot;
        match action.clone() {
            Action::ReadClock => Answer::Clock {
                redis: self.redis_time(),
                ahead: SignedDuration::ZERO,
            },
            Action::TakeTerm => {
                self.terms += 1;
                Answer::Term(self.terms)
            }
            Action::Hold { term } => self.hold(owner, term),
            Action::Renew { term } => self.renew(owner, term),
            Action::LetGo { term } => {
                self.lease = self
                    .lease
                    .filter(|(by, held, _)| (*by, *held) != (owner, term));
                Answer::Done
            }
            Action::Fire { tick, term, .. } => self.fire(owner, term, &tick, true),
            Action::AskFired { tick, term, .. } => self.fire(owner, term, &tick, false),
            Action::Look => Answer::Ticks(self.look()),
            action => self.write(action),
        }
    }

    fn hold(&mut self, owner: u64, term: i64) -> Answer {
        let until = self.now + Pace::STANDARD.leader_ttl;
        match self.lease.filter(|(.., until)| *until > self.now) {
            Some((by, held, until)) if (by, held) != (owner, term) => {
                Answer::Held(Held::Theirs(until.saturating_sub(self.now)))
            }
            _ => {
                self.lease = Some((owner, term, until));
                Answer::Held(Held::Ours)
            }
        }
    }

    fn leads(&self, owner: u64, term: i64) -> bool {
        self.lease
            .is_some_and(|(by, held, until)| (by, held) == (owner, term) && until > self.now)
    }

    fn renew(&mut self, owner: u64, term: i64) -> Answer {
        if !self.leads(owner, term) {
            return Answer::Renewed(Renewed::Lost);
        }
        self.lease = Some((owner, term, self.now + Pace::STANDARD.leader_ttl));
        Answer::Renewed(Renewed::Ours {
            asked: Vec::new(),
            step_down: false,
        })
    }

    fn fire(&mut self, owner: u64, term: i64, tick: &TickId, queue: bool) -> Answer {
        Answer::Fired(if !self.leads(owner, term) {
            Fired::NotLeader
        } else if self.remembered.contains(tick) {
            Fired::Remembered
        } else if queue {
            if tick.instant > self.redis_time() {
                self.early.push(tick.clone());
            }
            self.remembered.insert(tick.clone());
            self.jobs.push(tick.clone());
            self.worked_off_at_once(tick);
            Fired::Queued
        } else {
            Fired::Unknown
        })
    }

    /// A job may finish its row before the leader has marked it, and the leader may die before it does.
    fn worked_off_at_once(&mut self, tick: &TickId) {
        if self.chance.one_in(3)
            && let Some(kept) = self.rows.get_mut(tick)
        {
            kept.state = State::Fired;
        }
    }

    fn look(&self) -> Ticks {
        let pending = self
            .rows
            .iter()
            .filter(|(_, kept)| kept.state == State::Pending);
        let mut rows: Vec<Row> = pending
            .map(|(tick, kept)| Row {
                tick: tick.clone(),
                since: kept.since,
                behind: None,
                told: None,
            })
            .collect();
        rows.sort_by_key(|row| row.tick.instant);
        Ticks {
            watermarks: self.watermarks.clone(),
            rows,
            pauses: BTreeMap::new(),
        }
    }

    fn write(&mut self, action: Action) -> Answer {
        match action {
            Action::Begin { schedule, at, spec } => {
                self.begun.entry(schedule.clone()).or_insert(at);
                let known = self
                    .watermarks
                    .get(&schedule)
                    .map_or(at, |known| known.instant.max(at));
                self.watermarks.insert(
                    schedule,
                    Watermark {
                        instant: known,
                        spec,
                    },
                );
            }
            Action::SkipShared {
                schedule, from, to, ..
            } => {
                self.raise(&schedule, to);
                self.ranges.push((schedule, from, to));
            }
            Action::Skip {
                schedule, instants, ..
            } => {
                for instant in instants {
                    self.insert(TickId::due(&schedule, instant), State::Skipped);
                    self.raise(&schedule, instant);
                }
            }
            Action::Record { tick } => return Answer::Recorded(self.record(tick)),
            Action::MarkFired { tick, .. } => self.settle(&tick, State::Fired),
            Action::MarkSkipped { tick, .. } => self.settle(&tick, State::Skipped),
            action => unreachable!("{action:?} writes nothing"),
        }
        Answer::Done
    }

    /// A row that stands and is decided moves the watermark past it.
    fn record(&mut self, tick: TickId) -> bool {
        if self
            .rows
            .get(&tick)
            .is_some_and(|kept| kept.state != State::Pending)
        {
            self.raise(&tick.schedule, tick.instant);
        }
        self.insert(tick, State::Pending)
    }

    fn insert(&mut self, tick: TickId, state: State) -> bool {
        let since = self.redis_time();
        let new = !self.rows.contains_key(&tick);
        self.rows.entry(tick).or_insert(Kept { state, since });
        new
    }

    fn settle(&mut self, tick: &TickId, state: State) {
        if let Some(kept) = self
            .rows
            .get_mut(tick)
            .filter(|kept| kept.state == State::Pending)
        {
            kept.state = state;
        }
        self.raise(&tick.schedule, tick.instant);
    }

    fn raise(&mut self, schedule: &str, to: Timestamp) {
        if let Some(known) = self.watermarks.get_mut(schedule) {
            known.instant = known.instant.max(to);
        }
    }
}
