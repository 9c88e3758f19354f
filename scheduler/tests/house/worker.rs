//! A worker that notes what it was given, and closes the tick that wanted it. As the real one, it does
//! nothing for a tick that was decided before.

use std::sync::{Arc, Mutex};

use apalis::prelude::{BoxDynError, Data, WorkerBuilder};
use platform::{Backend, Claimed, Ended, Queue, SWEEP};
use store::{Store, TickState};
use tokio_util::task::AbortOnDropHandle;

use crate::house::brisk;

#[derive(Clone)]
struct Notes {
    store: Store,
    origins: Arc<Mutex<Vec<String>>>,
}

pub(crate) struct Worker {
    notes: Notes,
    _running: AbortOnDropHandle<()>,
}

impl Worker {
    pub(crate) fn start(queue: &Queue, store: &Store) -> Self {
        let notes = Notes {
            store: store.clone(),
            origins: Arc::default(),
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

    /// The origins of all jobs it has run, in order; one that ran twice is there twice.
    pub(crate) fn ran(&self) -> Vec<String> {
        self.notes
            .origins
            .lock()
            .expect("nobody panics over it")
            .clone()
    }
}

async fn note(job: Claimed, notes: Data<Notes>) -> Result<Ended, BoxDynError> {
    let (_, call, _) = job.read()?;
    let origin = call.origin.clone();
    let tick = origin.strip_prefix("tick:").ok_or("a tick is its origin")?;
    let row = notes.store.tick(tick).await?;
    if row.is_some_and(|row| row.state == TickState::Finished) {
        return Ok(Ended(Ok(())));
    }
    let origins = notes.origins.lock().map_err(|error| error.to_string());
    origins?.push(origin.clone());
    notes.store.finished(tick).await?;
    Ok(Ended(Ok(())))
}
