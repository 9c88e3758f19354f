//! A worker that notes what it was given, and closes the tick that wanted it. As the real one, it does
//! nothing for a tick that was decided before.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use apalis::prelude::{BoxDynError, Data, WorkerBuilder};
use platform::{Backend, Claimed, Ended, Queue, SWEEP};
use store::{Store, TickState};
use tokio_util::task::AbortOnDropHandle;

use crate::house::brisk;

#[derive(Clone)]
struct Notes {
    store: Store,
    runs: Arc<Mutex<Runs>>,
}

#[derive(Default)]
struct Runs {
    brought: Vec<String>,
    origins: Vec<String>,
    /// Postgres went away between what they did and the closing of their ticks.
    cut_off: BTreeSet<String>,
}

pub(crate) struct Worker {
    notes: Notes,
    _running: AbortOnDropHandle<()>,
}

impl Worker {
    pub(crate) fn start(queue: &Queue, store: &Store) -> Self {
        let notes = Notes {
            store: store.clone(),
            runs: Arc::default(),
        };
        let backend = Backend::new(queue.clone(), SWEEP, 4).pace(brisk());
        let worker = WorkerBuilder::new("notes")
            .backend(backend)
            .data(notes.clone())
            .build(note);
        let running =
            tokio::spawn(async move { worker.run().await.expect("nothing ends a worker") });
        Self {
            notes,
            _running: AbortOnDropHandle::new(running),
        }
    }

    /// The origins of all jobs it has run, in order; one that ran twice is there twice. To run what was
    /// cut off again is the queue's promise, and no second firing: that counts as one.
    pub(crate) fn ran(&self) -> Vec<String> {
        let runs = self.notes.runs.lock();
        runs.expect("nobody panics over it").origins.clone()
    }

    /// The origins of all jobs that the queue brought it, those of decided ticks too: so it sees a second firing
    /// that does no harm. A lease that was lost brings a job again, and so may a look at rows that were open.
    pub(crate) fn brought(&self) -> Vec<String> {
        let runs = self.notes.runs.lock();
        runs.expect("nobody panics over it").brought.clone()
    }
}

impl Runs {
    fn begin(&mut self, origin: &str) {
        if !self.cut_off.remove(origin) {
            self.origins.push(origin.to_owned());
        }
    }
}

async fn note(job: Claimed, notes: Data<Notes>) -> Result<Ended, BoxDynError> {
    let (_, call, _) = job.read()?;
    let origin = call.origin.clone();
    let tick = origin.strip_prefix("tick:").ok_or("a tick is its origin")?;
    let runs = || notes.runs.lock().map_err(|error| error.to_string());
    runs()?.brought.push(origin.clone());
    let row = notes.store.tick(tick).await?;
    if row.is_some_and(|row| row.state == TickState::Finished) {
        return Ok(Ended(Ok(())));
    }
    runs()?.begin(&origin);
    if let Err(error) = notes.store.finished(tick).await {
        runs()?.cut_off.insert(origin);
        return Err(error.into());
    }
    Ok(Ended(Ok(())))
}
