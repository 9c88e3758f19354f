//! Settles whatever has gathered as one call, as soon as the call before it has returned.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, oneshot},
    time::sleep,
};
use tracing::warn;

use super::Shared;
use crate::{
    Claimed,
    settle::{Settlement, ToSettle},
};

/// Jobs in one call.
const MOST: usize = 1000;
const PAUSE: Duration = Duration::from_millis(50);

/// What became of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Settled {
    Yes,
    /// The lease was not there: taken back meanwhile, and another's now.
    Lost,
    /// The lease was not there, but an earlier call's reply was lost: it may have been us.
    Unknown,
}

/// Jobs that wait to be settled: no more than run, so it needs no other bound.
#[derive(Default)]
pub(super) struct Settler {
    waiting: Mutex<Vec<Waiting>>,
    some: Notify,
}

struct Waiting {
    job: ToSettle,
    answer: oneshot::Sender<Settled>,
}

impl Settler {
    /// Asks for a settlement. The answer comes when Redis has given one; dropping it withdraws.
    pub(super) fn ask(&self, job: ToSettle) -> oneshot::Receiver<Settled> {
        let (answer, answered) = oneshot::channel();
        self.with(|waiting| waiting.push(Waiting { job, answer }));
        self.some.notify_one();
        answered
    }

    fn take(&self, most: usize) -> Vec<Waiting> {
        self.with(|waiting| waiting.drain(..most.min(waiting.len())).collect())
    }

    fn with<T>(&self, change: impl FnOnce(&mut Vec<Waiting>) -> T) -> T {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(super) async fn run(shared: Arc<Shared>) {
    loop {
        let batch = shared.settler.take(MOST);
        if batch.is_empty() {
            shared.settler.some.notified().await;
        } else {
            settle(&shared, batch).await;
        }
    }
}

/// Keeps trying: who waits withdraws when its lease is lost.
async fn settle(shared: &Shared, mut batch: Vec<Waiting>) {
    let mut missing = Settled::Lost;
    loop {
        let jobs: Vec<_> = batch.iter().map(|waiting| waiting.job.clone()).collect();
        match shared.queue.settle(&shared.lane, &jobs).await {
            Ok(held) => return answer(batch, &held, missing),
            Err(error) => {
                if missing == Settled::Lost {
                    warn!(queue = shared.name, jobs = batch.len(), %error, "can't settle; trying while the leases last");
                }
                missing = Settled::Unknown;
                sleep(PAUSE).await;
            }
        }
        batch.retain(|waiting| !waiting.answer.is_closed());
        if batch.is_empty() {
            return;
        }
    }
}

fn answer(batch: Vec<Waiting>, held: &[bool], missing: Settled) {
    for (waiting, held) in batch.into_iter().zip(held) {
        // Who withdrew meanwhile does not hear it; its lease was lost.
        let _ = waiting
            .answer
            .send(if *held { Settled::Yes } else { missing });
    }
}

impl Shared {
    /// Settles one job, as long as its lease lasts.
    pub(super) async fn settle(&self, job: &Claimed, settlement: Settlement) -> Settled {
        job.watch.settle();
        let answered = self.settler.ask(ToSettle::of(job, settlement));
        let settled = tokio::select! {
            biased;
            answer = answered => answer.unwrap_or(Settled::Lost),
            () = job.watch.lost() => Settled::Lost,
        };
        self.held.remove(&job.member);
        settled
    }
}
