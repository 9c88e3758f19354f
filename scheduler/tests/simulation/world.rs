//! A Redis, a Postgres and two schedulers, in virtual time.

use std::time::Duration;

use crate::{
    chance::Chance,
    check::Book,
    due::timetable,
    postgres::Postgres,
    process::{Doing, Process},
    redis::Redis,
    trouble::{Reach, Trouble, plan},
    work::Work,
};
use honeydue_scheduler::{Action, Answer, Moment, decide};
use jiff::{SignedDuration, Timestamp};

/// In ms: what is planned happens before this.
pub(crate) const TROUBLED: u64 = 150_000;

pub(crate) struct World {
    pub(crate) seed: u64,
    start: Timestamp,
    pub(crate) now: Duration,
    pub(crate) chance: Chance,
    pub(crate) processes: Vec<Process>,
    boots: u64,
    /// Whether some boots bring a newer timetable.
    pub(crate) roll_outs: bool,
    pub(crate) postgres: Postgres,
    pub(crate) postgres_reach: Reach,
    pub(crate) redis: Redis,
    pub(crate) redis_reach: Reach,
    /// What Redis comes back with after a power cut.
    pub(crate) copy: Redis,
    troubles: Vec<(Duration, Trouble)>,
    pub(crate) work: Work,
    pub(crate) book: Book,
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let mut world = Self {
            seed,
            start: "2026-11-21T13:59:30Z".parse().expect("an instant"),
            now: Duration::ZERO,
            troubles: plan(&mut chance),
            chance,
            processes: Vec::new(),
            boots: 0,
            roll_outs: true,
            postgres: Postgres::default(),
            postgres_reach: Reach::Now,
            redis: Redis::default(),
            redis_reach: Reach::Now,
            copy: Redis::default(),
            work: Work::default(),
            book: Book::default(),
        };
        world.processes = (0..2).map(|_| world.boot(Duration::ZERO)).collect();
        if world.chance.one_in(10) {
            world.processes[0].ahead = SignedDuration::from_secs(90);
        }
        world
    }

    /// Now and then by a newer timetable, as during a roll-out.
    fn boot(&mut self, after: Duration) -> Process {
        self.boots += 1;
        let newer = self.chance.one_in(8) && self.roll_outs && self.boots > 2;
        let version = if newer { 2 } else { 1 };
        Process::boot(self.boots, &timetable(version), self.now + after)
    }

    /// By Redis's clock.
    pub(crate) fn time(&self) -> Timestamp {
        self.start + self.now
    }

    pub(crate) fn run(&mut self, time: Duration, faults: bool) {
        let end = self.now + time;
        if !faults {
            (self.redis_reach, self.postgres_reach) = (Reach::Now, Reach::Now);
            self.troubles.clear();
            for one in &mut self.processes {
                one.ahead = SignedDuration::ZERO;
                // Whoever was paused goes on.
                one.next = one.next.min(self.now).max(one.began);
            }
        }
        while let Some(at) = self.next().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            if self.troubles.last().is_some_and(|(when, _)| *when == at) {
                if let Some((_, trouble)) = self.troubles.pop() {
                    self.befall(trouble);
                }
            } else if self.work.next == at {
                self.work();
            } else if let Some(one) = self.processes.iter().position(|one| one.next == at) {
                self.step(one, faults);
            }
        }
        self.now = end;
    }

    fn next(&self) -> Option<Duration> {
        let processes = self.processes.iter().map(|process| process.next);
        let troubles = self.troubles.last().map(|(at, _)| *at);
        processes.chain(troubles).chain([self.work.next]).min()
    }

    /// One step of one process, and whatever befalls it there.
    fn step(&mut self, one: usize, faults: bool) {
        if faults && self.chance.one_in(400) {
            return self.kill(one);
        }
        let at = self.now + self.pause(faults);
        let doing = std::mem::replace(&mut self.processes[one].doing, Doing::Nothing);
        let (doing, next) = match doing {
            Doing::Nothing => self.begin(one, at, faults),
            Doing::Asking {
                action,
                asked,
                lost,
            } => self.arrive(one, at, faults, (action, asked, lost)),
            Doing::Hearing {
                action,
                asked,
                answer,
            } => {
                let process = &mut self.processes[one];
                let now = self.now.saturating_sub(process.began);
                process.seen.learn(action, answer, asked, now);
                (Doing::Nothing, at)
            }
        };
        (self.processes[one].doing, self.processes[one].next) = (doing, next);
    }

    /// What was asked is at its place, if that can be reached.
    fn arrive(
        &mut self,
        one: usize,
        at: Duration,
        faults: bool,
        (action, asked, lost): (Action, Moment, bool),
    ) -> (Doing, Duration) {
        let reach = *self.reach_of(action.place());
        if let Reach::StalledUntil(until) = reach
            && until > self.now
        {
            let asking = Doing::Asking {
                action,
                asked,
                lost,
            };
            return (asking, until.max(at));
        }
        let answer = (self.answers(action.place()) && !lost).then(|| self.perform(one, &action));
        let deaf = faults && self.chance.one_in(60);
        let answer = answer.filter(|_| !deaf).unwrap_or(Answer::Failed);
        let hearing = Doing::Hearing {
            action,
            asked,
            answer,
        };
        (hearing, at + self.one_way(faults))
    }

    fn begin(&mut self, one: usize, at: Duration, faults: bool) -> (Doing, Duration) {
        let (jitter, took) = (self.chance.millis(250), self.one_way(faults));
        let lost = faults && self.chance.one_in(60);
        let process = &mut self.processes[one];
        let asked = self.now.saturating_sub(process.began);
        process.seen.moment(asked, jitter);
        match decide(&process.seen) {
            Action::Stop => unreachable!("nobody told it to stop"),
            Action::Wait { until } => (Doing::Nothing, (process.began + until).max(at)),
            action => {
                if let Some(leading) = process.seen.leading() {
                    self.book.acts((process.boot, leading.term), &action);
                }
                let asking = Doing::Asking {
                    action,
                    asked,
                    lost,
                };
                (asking, at + took)
            }
        }
    }

    fn pause(&mut self, faults: bool) -> Duration {
        let paused = faults && self.chance.one_in(150);
        if paused {
            self.chance.millis(100_000)
        } else {
            Duration::ZERO
        }
    }

    fn one_way(&mut self, faults: bool) -> Duration {
        let slow = faults && self.chance.one_in(50);
        self.chance.millis(if slow { 5_000 } else { 20 })
    }

    /// Which of them leads, for all it knows.
    pub(crate) fn leader(&self) -> Option<usize> {
        self.processes.iter().position(Process::leads)
    }

    /// What it asked last may arrive all the same.
    pub(crate) fn kill(&mut self, one: usize) {
        let doing = std::mem::replace(&mut self.processes[one].doing, Doing::Nothing);
        if let Doing::Asking { action, .. } = doing
            && self.chance.one_in(2)
            && self.answers(action.place())
        {
            self.perform(one, &action);
        }
        let after = self.chance.millis(30_000);
        self.processes[one] = self.boot(after);
    }

    /// Both are killed, and come back with the older timetable.
    pub(crate) fn roll_back(&mut self) {
        let newer = timetable(3);
        self.boots += 1;
        self.processes[0] = Process::boot(self.boots, &newer, self.now);
        self.run(Duration::from_secs(40), false);
        for one in 0..self.processes.len() {
            self.boots += 1;
            self.processes[one] = Process::boot(self.boots, &timetable(1), self.now);
        }
    }
}
