//! Workers of the bench's own: the same apalis workers as anywhere, each on a thread of its own.

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use anyhow::Context as _;
use apalis::prelude::{BoxDynError, Data, WorkerBuilder, WorkerBuilderExt};
use jiff::Timestamp;
use kinds::Probe;
use platform::{Backend, Catalog, Claimed, Drain, Ended, Failure, Queue};
use tokio::{runtime::Builder, sync::Notify};

use super::{QUEUE, starts::Starts};

pub(super) struct Workers {
    shared: Arc<Shared>,
    drain: Drain,
    threads: Vec<std::thread::JoinHandle<()>>,
}

struct Shared {
    catalog: Catalog<()>,
    starts: Starts,
    /// What all jobs are due at, in ms; 0: nothing is scheduled.
    due_ms: AtomicI64,
    done: AtomicU64,
    more_done: Notify,
}

impl Workers {
    pub(super) fn start(
        connect: &dyn Fn() -> anyhow::Result<Queue>,
        many: u64,
        concurrency: u64,
    ) -> anyhow::Result<Self> {
        let shared = Arc::new(Shared {
            catalog: Catalog::new().with::<Probe>(),
            starts: Starts::default(),
            due_ms: AtomicI64::new(0),
            done: AtomicU64::new(0),
            more_done: Notify::new(),
        });
        let drain = Drain::default();
        let concurrency = usize::try_from(concurrency)?;
        let threads = (0..many)
            .map(|_| thread(connect()?, concurrency, &shared, &drain))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            shared,
            drain,
            threads,
        })
    }

    pub(super) fn starts(&self) -> &Starts {
        &self.shared.starts
    }

    pub(super) fn watch_lateness(&self, due: Timestamp) {
        let ms = due.as_millisecond();
        self.shared.due_ms.store(ms, Ordering::Relaxed);
    }

    /// Waits until so many jobs are settled as done, in all.
    pub(super) async fn done(&self, many: u64) {
        while self.shared.done.load(Ordering::Relaxed) < many {
            let more = self.shared.more_done.notified();
            // Looks again now and then: settling a job does not notify each time.
            let _ = tokio::time::timeout(std::time::Duration::from_millis(5), more).await;
        }
    }

    pub(super) async fn stop(self) {
        self.drain.soft.cancel();
        for thread in self.threads {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// One thread, for that was measured to be the fastest: Redis is what is waited for.
fn thread(
    queue: Queue,
    concurrency: usize,
    shared: &Arc<Shared>,
    drain: &Drain,
) -> anyhow::Result<std::thread::JoinHandle<()>> {
    let (shared, drain) = (shared.clone(), drain.clone());
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let work = move || {
        let working = runtime.spawn(work(queue, concurrency, shared, drain));
        drop(runtime.block_on(working));
    };
    let thread = std::thread::Builder::new().name("bench-worker".to_owned());
    thread.spawn(work).context("starting a worker")
}

async fn work(queue: Queue, concurrency: usize, shared: Arc<Shared>, drain: Drain) {
    let ended = shared.clone();
    let backend = Backend::new(queue, QUEUE, concurrency)
        .drain(drain.clone())
        .observer(move |_, outcome| ended.ended(outcome));
    let worker = WorkerBuilder::new("bench")
        .backend(backend)
        .concurrency(concurrency)
        .data(shared)
        .build(begin);
    let told = async move {
        drain.soft.cancelled().await;
        Ok::<_, std::io::Error>(())
    };
    let _ = worker.run_until(told).await; // nothing but the signal ends it
}

async fn begin(job: Claimed, shared: Data<Arc<Shared>>) -> Result<Ended, BoxDynError> {
    shared.starts.begun(job.id());
    let (kind, call, payload) = job.read()?;
    shared.late(call.now());
    let outcome = shared.catalog.run(kind, &(), &call, payload).await;
    Ok(Ended(outcome.map_err(fatal)))
}

/// A bench's jobs are not tried again.
fn fatal(failure: Failure) -> Failure {
    match failure {
        Failure::Retry(error) => Failure::Fatal(error),
        other => other,
    }
}

impl Shared {
    fn ended(&self, outcome: &str) {
        if outcome == "done" {
            self.done.fetch_add(1, Ordering::Relaxed);
            self.more_done.notify_one();
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "minutes in µs are exact in a double"
    )]
    fn late(&self, now: Timestamp) {
        let due_ms = self.due_ms.load(Ordering::Relaxed);
        if due_ms > 0 {
            let late_us = now.as_microsecond() - due_ms * 1000;
            self.starts.note(late_us as f64 / 1000.0);
        }
    }
}
