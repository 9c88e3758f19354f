//! A worker within the test, for the states into which only work brings a job.

use std::time::Duration;

use anyhow::anyhow;
use apalis::prelude::{BoxDynError, Data, Monitor, WorkerBuilder, WorkerBuilderExt as _};
use platform::{Backend, Claimed, Drain, Ended, Failure, JobId, Queue, State};
use tokio::task::JoinHandle;

const QUEUE: &str = "default";

/// How it goes with every job.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    Fails,
    FailsForGood,
    /// Its provider is away.
    IsPutOff,
    Lasts,
}

pub(crate) struct Worker {
    drain: Drain,
    ended: JoinHandle<()>,
}

impl Worker {
    pub(crate) fn start(queue: &Queue, fate: Fate) -> Self {
        let (queue, drain) = (queue.clone(), Drain::default());
        let (soft, stop) = (drain.soft.clone(), drain.clone());
        let monitor = Monitor::new().register(move |_| {
            let backend = Backend::new(queue.clone(), QUEUE, 1).drain(stop.clone());
            WorkerBuilder::new("test")
                .backend(backend)
                .concurrency(1)
                .data(fate)
                .build(run)
        });
        let told = async move {
            soft.cancelled().await;
            Ok(())
        };
        let ended = tokio::spawn(async move {
            monitor.run_with_signal(told).await.expect("it stops well");
        });
        Self { drain, ended }
    }

    /// Ends, and leaves no job with a lease.
    pub(crate) async fn stop(self) {
        self.drain.soft.cancel();
        self.drain.hard.cancel();
        self.ended.await.expect("it stops");
    }
}

async fn run(_: Claimed, fate: Data<Fate>) -> Result<Ended, BoxDynError> {
    Ok(Ended(match *fate {
        Fate::Fails => Err(anyhow!("451 4.3.0 try again").into()),
        Fate::FailsForGood => Err(Failure::Fatal(anyhow!("550 5.1.1 no such user"))),
        Fate::IsPutOff => Err(Failure::Later(
            Duration::from_hours(1),
            "421 4.3.2 down for repair".to_owned(),
        )),
        Fate::Lasts => std::future::pending().await,
    }))
}

pub(crate) async fn stands(queue: &Queue, id: JobId, state: State) {
    standins::until(&format!("{id} is {state}"), async || {
        let shown = queue.show(QUEUE, id).await.expect("Redis answers");
        shown.is_some_and(|job| job.state == state)
    })
    .await;
}

/// Works until the job stands so, and no longer.
pub(crate) async fn work(queue: &Queue, fate: Fate, id: JobId, state: State) {
    let worker = Worker::start(queue, fate);
    stands(queue, id, state).await;
    worker.stop().await;
}
