//! Gathers what is enqueued at the same time into few calls of the script.
//!
//! While two calls are under way, what comes in waits for the third; then all of it goes at once. So
//! an idle queue adds no wait, and a busy one as few calls as Redis can take. Two were measured to be
//! twice as fast as one, and a third brought nothing. When neither is under way, the first leaves half
//! to the other: callers who are answered together come back together, and would all wait for one call
//! again while Redis has nothing to do.

use std::{
    collections::VecDeque,
    sync::{self, Arc, PoisonError},
};

use tokio::{
    sync::{Mutex, Semaphore, oneshot},
    task::yield_now,
};

use super::{Queue, Receipt, enqueue::Named};
use crate::QueueError;

pub(super) const CALLS: usize = 2;
/// Jobs in one call.
const MOST: usize = 256;
/// So few are not worth two calls.
const FEW: usize = 8;
/// Callers beyond these wait for their turn, so that a Redis that is away can't fill our memory.
const WAITING: usize = 10_000;

type Answer = Result<Receipt, QueueError>;

struct Waiting {
    job: Named,
    answer: oneshot::Sender<Answer>,
}

pub(super) struct Coalescer {
    state: sync::Mutex<State>,
    room: Semaphore,
    /// Of answering and calling again: what one call answered is on its way back before the other
    /// call's callers are stirred, so that Redis has something to do meanwhile.
    turn: Mutex<()>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    callers: usize,
    under_way: usize,
}

impl State {
    /// How many of those that wait one call takes.
    fn share(&self) -> usize {
        let many = self.waiting.len();
        let alone = self.under_way == 0 && many > FEW;
        if alone {
            many.div_ceil(2).min(MOST)
        } else {
            MOST
        }
    }
}

impl Default for Coalescer {
    fn default() -> Self {
        Self {
            state: sync::Mutex::default(),
            room: Semaphore::new(WAITING),
            turn: Mutex::default(),
        }
    }
}

impl Coalescer {
    pub(super) async fn enqueue(self: &Arc<Self>, queue: &Queue, job: Named) -> Answer {
        let _room = self.room.acquire().await;
        let (answer, answered) = oneshot::channel();
        let may_call = self.with(|state| {
            state.waiting.push_back(Waiting { job, answer });
            let may_call = state.callers < CALLS;
            state.callers += usize::from(may_call);
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
                state.callers -= 1;
                return Vec::new();
            };
            let most = state.share();
            state.under_way += 1;
            let (name, partition) = (&first.job.1.queue, queue.partition(&first.job));
            let same = |waiting: &&Waiting| {
                waiting.job.1.queue == *name && queue.partition(&waiting.job) == partition
            };
            let many = state.waiting.iter().take(most).take_while(same).count();
            state.waiting.drain(..many).collect()
        })
    }

    fn answered(&self) {
        self.with(|state| state.under_way -= 1);
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn call(coalescer: Arc<Coalescer>, queue: Queue) {
    let mut turn = coalescer.turn.lock().await;
    loop {
        let batch = coalescer.take(&queue);
        drop(turn);
        if batch.is_empty() {
            return;
        }
        let jobs: Vec<&Named> = batch.iter().map(|waiting| &waiting.job).collect();
        let answers = answers(queue.accept(&jobs).await, batch.len());
        turn = coalescer.turn.lock().await;
        coalescer.answered();
        for (waiting, answer) in batch.into_iter().zip(answers) {
            // Who withdrew meanwhile does not hear it.
            let _ = waiting.answer.send(answer);
        }
        yield_now().await;
    }
}

fn answers(accepted: Result<Vec<Receipt>, QueueError>, many: usize) -> Vec<Answer> {
    match accepted {
        Ok(receipts) => receipts.into_iter().map(Ok).collect(),
        Err(error) => (0..many).map(|_| Err(error.clone())).collect(),
    }
}
