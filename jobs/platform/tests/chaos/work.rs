//! The worker that gets into trouble.

use std::{path::Path, sync::Arc, time::Duration};

use apalis::prelude::{BoxDynError, Data, WorkerBuilder, WorkerBuilderExt};
use platform::{Backend, Claimed, Drain, Ended, Failure, Outcome, Pace};
use serde::{Deserialize, Serialize};
use tokio::signal::unix::{SignalKind, signal};

use crate::{book::Book, house, passes};

pub(crate) const QUEUE: &str = "chaos";
/// At a time, in each worker.
pub(crate) const SHARE: usize = 50;

/// What a job does.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) ms: u64,
    /// How many attempts fail, and how.
    pub(crate) fails: u8,
    pub(crate) how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum How {
    Retry,
    Later,
    Panic,
    Fatal,
    Abort,
    /// Holds its thread meanwhile, and is done then.
    Block,
}

/// Works until SIGTERM, and drains then.
pub(crate) async fn until_told(args: &[String]) {
    let [url, prefix, book, pace] = args else {
        panic!("four words");
    };
    let pace: Pace = pace.parse().expect("a pace");
    let queue = house::queue(url, prefix);
    let book = Arc::new(Book::open(Path::new(book)));
    let drain = Drain::default();
    tokio::spawn(told(drain.clone(), pace));
    let ends = book.clone();
    let backend = Backend::new(queue, QUEUE, SHARE)
        .pace(pace)
        .drain(drain.clone())
        .observer(move |id, outcome| ends.ended(id, outcome));
    let worker = WorkerBuilder::new("chaos")
        .backend(backend)
        .concurrency(SHARE)
        .data(book)
        .catch_panic()
        .build(begin);
    let soft = async move {
        drain.soft.cancelled().await;
        Ok::<_, std::io::Error>(())
    };
    worker.run_until(soft).await.expect("an orderly end");
}

async fn told(drain: Drain, pace: Pace) {
    let mut term = signal(SignalKind::terminate()).expect("a signal");
    term.recv().await;
    drain.soft.cancel();
    passes(pace.drain).await;
    drain.hard.cancel();
}

async fn begin(job: Claimed, book: Data<Arc<Book>>) -> Result<Ended, BoxDynError> {
    book.began(job.id());
    let (_, call, payload) = job.read()?;
    let task: Task = serde_json::from_slice(payload)?;
    let fails = call.attempt <= task.fails;
    if fails && task.how == How::Block {
        std::thread::sleep(Duration::from_millis(task.ms));
    } else {
        passes(Duration::from_millis(task.ms)).await;
    }
    // `Later` uses no attempt, so it would be told for ever.
    let once_more = task.how != How::Later || rand::random();
    Ok(Ended(if fails && once_more {
        task.how.fail()
    } else {
        Ok(())
    }))
}

impl How {
    fn fail(self) -> Outcome {
        let why = || anyhow::anyhow!("as it was told");
        match self {
            Self::Retry => Err(Failure::Retry(why())),
            Self::Later => Err(Failure::Later(Duration::from_millis(20), "later".into())),
            Self::Fatal => Err(Failure::Fatal(why())),
            Self::Panic => panic!("as it was told"),
            Self::Abort => std::process::abort(),
            Self::Block => Ok(()),
        }
    }
}
