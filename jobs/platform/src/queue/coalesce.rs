//! Gathers what is enqueued at the same time into few calls of the script.
//!
//! While two calls are under way, what comes in waits for the third; then all of it goes at once. So
//! an idle queue adds no wait, and a busy one as few calls as Redis can take. Two were measured to be
//! twice as fast as one, and a third brought nothing.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Semaphore, oneshot};

use super::{Queue, Receipt, enqueue::Named};
use crate::QueueError;

pub(super) const CALLS: usize = 2;
/// Jobs in one call.
const MOST: usize = 256;
/// Callers beyond these wait for their turn, so that a Redis that is away can't fill our memory.
const WAITING: usize = 10_000;

type Answer = Result<Receipt, QueueError>;

struct Waiting {
    job: Named,
    answer: oneshot::Sender<Answer>,
}

pub(super) struct Coalescer {
    state: Mutex<State>,
    room: Semaphore,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    calls: usize,
}

impl Default for Coalescer {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            room: Semaphore::new(WAITING),
        }
    }
}

impl Coalescer {
    pub(super) async fn enqueue(self: &Arc<Self>, queue: &Queue, job: Named) -> Answer {
        let _room = self.room.acquire().await;
        let (answer, answered) = oneshot::channel();
        let may_call = self.with(|state| {
            state.waiting.push_back(Waiting { job, answer });
            let may_call = state.calls < CALLS;
            state.calls += usize::from(may_call);
            may_call
        });
        if may_call {
            tokio::spawn(call(self.clone(), queue.clone()));
        }
        let gone = |_| QueueError::Corrupt("the process is stopping".to_owned());
        answered.await.map_err(gone)?
    }

    /// The next call's jobs, all of one partition; none ends the caller's loop.
    fn take(&self, queue: &Queue) -> Vec<Waiting> {
        self.with(|state| {
            let Some(first) = state.waiting.front() else {
                state.calls -= 1;
                return Vec::new();
            };
            let (name, partition) = (&first.job.1.queue, queue.partition(&first.job));
            let same = |waiting: &&Waiting| {
                waiting.job.1.queue == *name && queue.partition(&waiting.job) == partition
            };
            let many = state.waiting.iter().take(MOST).take_while(same).count();
            state.waiting.drain(..many).collect()
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn call(coalescer: Arc<Coalescer>, queue: Queue) {
    loop {
        let batch = coalescer.take(&queue);
        if batch.is_empty() {
            return;
        }
        let jobs: Vec<&Named> = batch.iter().map(|waiting| &waiting.job).collect();
        let answers = answers(queue.accept(&jobs).await, batch.len());
        for (waiting, answer) in batch.into_iter().zip(answers) {
            // Who withdrew meanwhile does not hear it.
            let _ = waiting.answer.send(answer);
        }
    }
}

fn answers(accepted: Result<Vec<Receipt>, QueueError>, many: usize) -> Vec<Answer> {
    match accepted {
        Ok(receipts) => receipts.into_iter().map(Ok).collect(),
        Err(error) => (0..many).map(|_| Err(error.clone())).collect(),
    }
}
