//! The real queue and the model of it, side by side, under one clock.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use redis::AsyncCommands;

use super::{
    book::{BACKOFF, Book, Place},
    steps::{End, Held, JOBS, Step},
};
use crate::{
    Claimed, JobId, Mended, NewJob, Queue, Scope, State, Wish,
    entry::{Fences, Member},
    now::Now,
    settle::{Error, Settlement, ToSettle},
    tests::{LEASE, QUEUE, invariant, lane, retry},
    unique::Unique,
};

pub(super) struct World {
    queue: Queue,
    clock: Arc<AtomicI64>,
    fences: Fences,
    /// Every lease ever given, also those that are gone.
    leases: Vec<Claimed>,
    book: Book,
}

fn id(job: u8) -> JobId {
    JobId::from_bytes([job; 16])
}

fn ms(wait: u64) -> i64 {
    i64::try_from(wait).expect("a short wait")
}

impl World {
    pub(super) async fn new() -> Self {
        let clock = Arc::new(AtomicI64::new(1_700_000_000_000));
        let mut queue = crate::tests::queue().await;
        queue.now = Now::told(clock.clone());
        let now = clock.load(Ordering::Relaxed);
        let book = Book {
            now,
            ..Book::default()
        };
        Self {
            queue,
            clock,
            fences: Fences::new(),
            leases: Vec::new(),
            book,
        }
    }

    fn lease(&self, number: usize) -> Option<Claimed> {
        let place = number.checked_rem(self.leases.len())?;
        self.leases.get(place).cloned()
    }

    fn at(&self, wait: u64) -> Timestamp {
        Timestamp::from_millisecond(self.book.now + ms(wait)).expect("a time")
    }

    pub(super) async fn take(&mut self, step: &Step) {
        match *step {
            Step::Enqueue {
                job,
                wait,
                key,
                late,
            } => self.enqueue(job, wait, key, late).await,
            Step::Claim { many } => self.claim(many).await,
            Step::Settle { lease, end } => self.settle(lease, end).await,
            Step::Extend { lease } => self.extend(lease).await,
            Step::Cancel { job } => {
                let wish = self.queue.cancel(QUEUE, id(job), "test").await.unwrap();
                assert_eq!(wish, called_off(self.book.cancel(id(job))));
            }
            Step::Move { job, wait } => {
                let at = (wait > 0).then(|| self.at(wait));
                let wish = self.queue.reschedule(QUEUE, id(job), at).await.unwrap();
                assert_eq!(wish, moved(self.book.reschedule(id(job), ms(wait))));
            }
            Step::Retry { job } => self.retry(job).await,
            Step::Pause { long } => {
                let long_enough = long.map(Duration::from_millis);
                self.queue
                    .pause(QUEUE, long_enough, "test", "us")
                    .await
                    .unwrap();
                self.book.pause(long);
            }
            Step::Resume => {
                self.queue.resume(QUEUE).await.unwrap();
                self.book.resume();
            }
            Step::Pass { ms } => {
                self.book.now += ms;
                self.clock.store(self.book.now, Ordering::Relaxed);
            }
            Step::Wipe => self.wipe().await,
        }
    }

    async fn enqueue(&mut self, job: u8, wait: u64, key: Option<(u8, Held)>, late: Option<u64>) {
        let mut new = NewJob::raw("probe", QUEUE, b"{}".to_vec())
            .backoff(Duration::from_millis(BACKOFF.unsigned_abs()))
            .id(id(job));
        new.run_at = (wait > 0).then(|| self.at(wait));
        new.not_after = late.map(|late| self.at(late));
        new.unique = key.map(|(key, held)| Unique {
            key: key.to_string(),
            scope: match held {
                Held::Started => Scope::UntilStarted,
                Held::Done => Scope::UntilDone,
                Held::Window(long) => Scope::Window(Duration::from_millis(long)),
            },
        });
        let receipt = self.queue.enqueue(new).await.unwrap();
        let stands = self.book.enqueue(id(job), ms(wait), key, late.map(ms));
        assert_eq!(receipt.standing.map(|state| (receipt.id, state)), stands);
    }

    async fn claim(&mut self, many: usize) {
        let fence = self.fences.next();
        let claims = self
            .queue
            .claim(&lane(&self.queue), many, LEASE, fence)
            .await
            .unwrap();
        let member = |id: JobId, attempt: u8, lost: u8| {
            let parts = [&id.as_bytes()[..], &[attempt, lost], &fence];
            Member::read(&parts.concat()).unwrap()
        };
        let expected = self.book.claim(many, member);
        let brought: Vec<_> = claims.jobs.iter().map(|job| job.member).collect();
        assert_eq!(brought, expected);
        self.leases.extend(claims.jobs);
    }

    async fn settle(&mut self, lease: usize, end: End) {
        let Some(job) = self.lease(lease) else {
            return;
        };
        let attempt = job.entry().attempt;
        let error = || Error::new("failed", "no");
        let again = |attempt, wait| Settlement::PutBack {
            attempt,
            wait: Some(Duration::from_millis(wait)),
            error: Some(error()),
        };
        let settlement = match end {
            End::Done => Settlement::Done,
            End::Retry { wait } => again(attempt, wait),
            End::Later { wait } => again(attempt - 1, wait),
            End::HandBack => crate::settle::hand_back(&job),
            End::Bury => Settlement::Bury {
                attempt,
                error: error(),
            },
            End::Cancelled => Settlement::Cancelled {
                attempt,
                reason: "test".to_owned(),
            },
        };
        let asked = [ToSettle::of(&job, settlement)];
        let held = self.queue.settle(&lane(&self.queue), &asked).await.unwrap()[0];
        assert_eq!(held, self.book.settle(job.member, end));
    }

    async fn extend(&mut self, lease: usize) {
        let Some(Claimed { member, .. }) = self.lease(lease) else {
            return;
        };
        let extended = self
            .queue
            .extend(&lane(&self.queue), &[member], LEASE)
            .await
            .unwrap();
        let (held, to_stop) = self.book.extend(member);
        assert_eq!(extended.missing.is_empty(), held);
        assert_eq!(held && !extended.cancelled.is_empty(), to_stop);
    }

    async fn retry(&mut self, job: u8) {
        let retried = retry(&self.queue, id(job)).await;
        match self.book.retry(id(job)) {
            (false, _) => assert!(matches!(retried, Mended::Elsewhere(_)), "{retried:?}"),
            (true, Some(other)) => assert_eq!(retried, Mended::KeyHeldBy(other)),
            (true, None) => assert_eq!(retried, Mended::Touched),
        }
    }

    async fn wipe(&mut self) {
        self.queue.purge(QUEUE).await.unwrap();
        self.book.wipe();
    }

    pub(super) async fn compare(&mut self, step: &Step) {
        for job in 0..JOBS {
            self.compare_job(id(job), step).await;
        }
        let ready: Vec<Vec<u8>> = {
            let key = self.queue.keys(QUEUE).ready;
            self.queue.link.shared().lrange(key, 0, -1).await.unwrap()
        };
        let ready: Vec<_> = ready.iter().map(|entry| &entry[..16]).collect();
        let expected: Vec<_> = self
            .book
            .ready
            .iter()
            .map(|id| &id.as_bytes()[..])
            .collect();
        assert_eq!(ready, expected, "after {step:?}");
        invariant::holds(&self.queue).await;
    }

    async fn compare_job(&mut self, id: JobId, step: &Step) {
        let shown = self.queue.show(QUEUE, id).await.unwrap();
        let seen = shown.as_ref().map(|job| (job.state, job.attempt, job.lost));
        let job = self.book.jobs.get_mut(&id);
        let expected = job.as_ref().map(|job| (job.state(), job.attempt, job.lost));
        assert_eq!(seen, expected, "after {step:?}");
        let at = shown.and_then(|job| job.at).map(Timestamp::as_millisecond);
        let Some(job) = job else { return };
        match job.place {
            Place::Due(due) | Place::Leased(_, due) => assert_eq!(at, Some(due), "after {step:?}"),
            Place::DueBetween(from, to) => {
                let at = at.expect("it is due");
                assert!((from..=to).contains(&at), "{at} is not in {from}..={to}");
                job.place = Place::Due(at);
            }
            Place::Ready | Place::Dead | Place::CalledOff => {}
        }
    }
}

fn called_off(state: State) -> Wish {
    match state {
        State::Scheduled | State::Retrying | State::Ready | State::Cancelled => Wish::Granted,
        State::Running => Wish::Stopping,
        over => Wish::TooLate(over),
    }
}

fn moved(state: State) -> Wish {
    match state {
        State::Scheduled | State::Retrying => Wish::Granted,
        other => Wish::TooLate(other),
    }
}
