//! A Redis, the queue on it, and workers that come and go.

use std::{path::PathBuf, time::Duration};

use platform::{Keep, Pace, Policies, Policy, Queue, inspect::Counts};
use standins::{Process, Redis, until_or};

use crate::{
    book::Told,
    passes,
    work::{QUEUE, SHARE},
};

pub(crate) struct House {
    pub(crate) redis: Redis,
    pub(crate) queue: Queue,
    pub(crate) pace: Pace,
    divisor: u32,
    prefix: String,
    dir: PathBuf,
    pub(crate) workers: Vec<Worker>,
    /// All who ever worked.
    hired: usize,
}

pub(crate) struct Worker {
    pub(crate) process: Process,
    pub(crate) book: PathBuf,
}

/// What is done stays on the record until the accounts are checked.
pub(crate) fn queue(url: &str, prefix: &str) -> Queue {
    let keep = Keep::for_days(1, 10_000_000);
    let policy = Policy {
        keep_done: keep,
        keep_dead: keep,
        ..Policy::DEFAULT
    };
    let policies = Policies::default().with(QUEUE, policy).expect("a policy");
    let queue = Queue::connect(url, prefix).expect("a queue");
    queue.governed_by(policies)
}

impl House {
    pub(crate) async fn open(divisor: u32) -> Self {
        let redis = Redis::start(&["--appendonly", "yes"]).await;
        let redis = redis.expect("a Redis");
        let prefix = standins::prefix();
        let dir = std::env::temp_dir().join(format!("honeydue-chaos-{}", &prefix[..33]));
        std::fs::create_dir_all(&dir).expect("a directory");
        Self {
            queue: queue(&redis.url(), &prefix),
            pace: Pace::STANDARD.faster(divisor),
            redis,
            divisor,
            prefix,
            dir,
            workers: Vec::new(),
            hired: 0,
        }
    }

    pub(crate) fn hire(&mut self) {
        self.hired += 1;
        let book = self.dir.join(format!("{}.book", self.hired));
        let me = std::env::current_exe().expect("this program");
        let args = [
            "--work",
            &self.redis.url(),
            &self.prefix,
            &book.display().to_string(),
            &self.divisor.to_string(),
        ];
        let process = Process::run(&me, &args, &[]).expect("a worker");
        self.workers.push(Worker { process, book });
    }

    /// How long that is at the pace of this house.
    pub(crate) fn paced(&self, long: Duration) -> Duration {
        long / self.divisor
    }

    /// Replaces those that have ended: by a job that aborts, for one.
    pub(crate) fn hire_up_to(&mut self, many: usize) {
        self.workers
            .retain(|worker| worker.process.ended().is_none());
        while self.workers.len() < many {
            self.hire();
        }
    }

    /// What all books say.
    pub(crate) fn told(&self) -> Told {
        Told::read((1..=self.hired).map(|hired| self.dir.join(format!("{hired}.book"))))
    }

    /// Bytes in all books: they grow while work goes on.
    fn written(&self) -> u64 {
        let books = (1..=self.hired).map(|hired| self.dir.join(format!("{hired}.book")));
        books
            .map(|book| book.metadata().map_or(0, |file| file.len()))
            .sum()
    }

    /// Waits until about `many` more lines were written.
    pub(crate) async fn goes_on(&self, many: u64) {
        const LINE: u64 = 41;
        let before = self.written();
        let logs = || format!("work goes on:\n{}", self.logs());
        until_or(logs, async || self.written() > before + many * LINE).await;
    }

    pub(crate) async fn until_nothing_waits(&mut self) {
        let end = tokio::time::Instant::now() + Duration::from_mins(3);
        loop {
            self.hire_up_to(1);
            let counts = self.queue.counts(QUEUE).await;
            let none = |counts: &Counts| counts.ready + counts.running + counts.due == 0;
            if counts.as_ref().is_ok_and(none) {
                return;
            }
            let late = tokio::time::Instant::now() >= end;
            assert!(!late, "{counts:?}\n{}", self.logs());
            passes(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn logs(&self) -> String {
        let logs = self.workers.iter().map(|worker| worker.process.logs());
        logs.collect::<Vec<_>>().join("\n---\n")
    }

    /// Enough jobs to keep one worker busy.
    pub(crate) const FULL: usize = SHARE;
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
