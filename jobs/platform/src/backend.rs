//! Feeds an unmodified apalis `Worker` from a queue, and settles what it has run.
//!
//! apalis polls; it must never be what our promises hang on. So everything that takes time lives in
//! tasks of its own: the [`fetcher`] claims as many jobs as there are free slots, the [`keeper`] makes
//! their leases last, the [`settler`] settles what has gathered, [`wake`] waits for news without
//! polling. `poll_next` only takes what was handed to the [`inbox`]; the layer around each job ([`ack`])
//! races it against its lease and waits until it is settled.
//!
//! A Redis that is away is never an `Err` here: that would end the worker and drop what it runs.

mod ack;
mod fetcher;
mod held;
mod inbox;
mod keeper;
mod outcomes;
mod settler;
mod slots;
mod wake;

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use apalis_core::{
    backend::{Backend as ApalisBackend, BackendConfig, finalize::Ephemeral},
    task::{Task, builder::TaskBuilder},
    worker::context::WorkerContext,
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

pub use self::ack::Ended;
use self::{
    ack::AckLayer, held::Held, inbox::Inbox, outcomes::Outcomes, settler::Settler, slots::Slots,
    wake::News,
};
use crate::{Claimed, JobId, Pace, Queue, entry::Fences, lane::Lane};

/// How a backend stops.
#[derive(Debug, Clone, Default)]
pub struct Drain {
    /// Claim nothing more; hand back what was claimed and not begun.
    pub soft: CancellationToken,
    /// Drop what runs, and hand it back too.
    pub hard: CancellationToken,
}

/// One queue, as apalis sees it.
pub struct Backend {
    shared: Arc<Shared>,
    tasks: Option<Tasks>,
    closing: Option<AbortOnDropHandle<()>>,
}

/// They end with the backend.
struct Tasks {
    /// Taken when it is waited for.
    fetcher: Option<AbortOnDropHandle<()>>,
    _others: [AbortOnDropHandle<()>; 5],
}

/// What the tasks of one backend share.
pub(crate) struct Shared {
    queue: Queue,
    lane: Lane,
    name: &'static str,
    pace: Pace,
    drain: Drain,
    fences: Fences,
    inbox: Inbox,
    slots: Slots,
    held: Held,
    settler: Settler,
    news: News,
    beat: Box<dyn Fn() + Send + Sync>,
    observer: Box<dyn Fn(JobId, &'static str) + Send + Sync>,
    outcomes: Outcomes,
}

impl Backend {
    /// A backend that claims at most `concurrency` jobs of queue `name` at a time, and a millisecond's
    /// worth more where the queue has no limits: of its first partition, at the standard pace, until it
    /// is dropped.
    pub fn new(queue: Queue, name: &'static str, concurrency: usize) -> Self {
        let lane = queue.lane(name, 0);
        let shared = Shared {
            slots: Slots::new(concurrency, lane.policy.may_prefetch()),
            queue,
            lane,
            name,
            pace: Pace::STANDARD,
            drain: Drain::default(),
            fences: Fences::new(),
            inbox: Inbox::default(),
            held: Held::default(),
            settler: Settler::default(),
            news: News::default(),
            beat: Box::new(|| {}),
            observer: Box::new(|_, _| {}),
            outcomes: Outcomes::of(name),
        };
        Self {
            shared: Arc::new(shared),
            tasks: None,
            closing: None,
        }
    }

    /// Of another partition than the first.
    #[must_use]
    pub fn partition(self, partition: u16) -> Self {
        self.with(|shared| shared.lane = shared.queue.lane(shared.name, partition))
    }

    #[must_use]
    pub fn pace(self, pace: Pace) -> Self {
        self.with(|shared| shared.pace = pace)
    }

    /// Stops as it is told.
    #[must_use]
    pub fn drain(self, drain: Drain) -> Self {
        self.with(|shared| shared.drain = drain)
    }

    /// Calls this each time its fetcher goes round: at least every half job lease.
    #[must_use]
    pub fn beat(self, beat: impl Fn() + Send + Sync + 'static) -> Self {
        self.with(|shared| shared.beat = Box::new(beat))
    }

    /// Calls this for each job that has ended here, with the word that metrics have for its end: `done`,
    /// `retry`, `later`, `dead`, `cancelled`, `handed_back`, `lost` or `unknown`.
    #[must_use]
    pub fn observer(self, observer: impl Fn(JobId, &'static str) + Send + Sync + 'static) -> Self {
        self.with(|shared| shared.observer = Box::new(observer))
    }

    /// Before it is polled nobody shares it.
    fn with(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            change(shared);
        }
        self
    }

    fn start(&self) -> Tasks {
        let shared = || self.shared.clone();
        let spawn = |task| AbortOnDropHandle::new(task);
        Tasks {
            fetcher: Some(spawn(tokio::spawn(fetcher::run(shared())))),
            _others: [
                spawn(tokio::spawn(hand_back_after_the_drain(shared()))),
                spawn(tokio::spawn(keeper::run(shared()))),
                spawn(tokio::spawn(keeper::listen_for_cancels(shared()))),
                spawn(tokio::spawn(settler::run(shared()))),
                spawn(tokio::spawn(wake::run(shared()))),
            ],
        }
    }
}

impl ApalisBackend for Backend {
    type Task = Task<Claimed>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        if self.tasks.is_none() {
            self.tasks = Some(self.start());
        }
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        let task = |job: Claimed| {
            let attempt = usize::from(job.entry().attempt.saturating_sub(1));
            Some(Ok(TaskBuilder::new(job).attempt(attempt).build()))
        };
        self.shared.inbox.poll_take(cx).map(task)
    }

    /// Waits until what was claimed and never begun has been handed back: also what a claim that is
    /// still under way brings.
    fn poll_close(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        let (shared, tasks) = (&self.shared, &mut self.tasks);
        let closing = self.closing.get_or_insert_with(|| {
            shared.drain.soft.cancel();
            let fetcher = tasks.as_mut().and_then(|tasks| tasks.fetcher.take());
            AbortOnDropHandle::new(tokio::spawn(close(shared.clone(), fetcher)))
        });
        std::pin::Pin::new(closing).poll(cx).map(|_| Ok(()))
    }
}

/// What still runs when the drain has lost its patience.
async fn hand_back_after_the_drain(shared: Arc<Shared>) {
    shared.drain.hard.cancelled().await;
    shared.held.hand_back();
}

async fn close(shared: Arc<Shared>, fetcher: Option<AbortOnDropHandle<()>>) {
    if let Some(fetcher) = fetcher {
        let _ = fetcher.await; // it can only have panicked, which was logged
    }
    fetcher::hand_back_rest(&shared).await;
}

impl BackendConfig for Backend {
    type Args = Claimed;
    type Id = crate::JobId;
    /// Payloads are decoded by the dispatcher, so that one which can't be is buried with its error.
    type Kind = Ephemeral;
    type Config = Pace;
    type Layer = AckLayer;

    fn config(&self) -> &Pace {
        &self.shared.pace
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> AckLayer {
        AckLayer(self.shared.clone())
    }
}
