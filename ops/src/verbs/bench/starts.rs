//! When watched jobs were asked for, and how long after that they began.

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use platform::JobId;
use tokio::time::Instant;

#[derive(Default)]
pub(super) struct Starts {
    watching: AtomicBool,
    asked: Mutex<HashMap<JobId, Instant>>,
    after_ms: Mutex<Vec<f64>>,
}

impl Starts {
    pub(super) fn asked(&self, id: JobId) {
        self.watching.store(true, Ordering::Relaxed);
        with(&self.asked, |asked| asked.insert(id, Instant::now()));
    }

    /// Costs nothing while nobody watches.
    pub(super) fn begun(&self, id: JobId) {
        if !self.watching.load(Ordering::Relaxed) {
            return;
        }
        if let Some(asked) = with(&self.asked, |asked| asked.remove(&id)) {
            self.note(asked.elapsed().as_secs_f64() * 1000.0);
        }
    }

    pub(super) fn note(&self, after_ms: f64) {
        with(&self.after_ms, |all| all.push(after_ms));
    }

    pub(super) fn take(&self) -> Vec<f64> {
        with(&self.after_ms, std::mem::take)
    }
}

fn with<T, R>(what: &Mutex<T>, change: impl FnOnce(&mut T) -> R) -> R {
    change(&mut what.lock().unwrap_or_else(PoisonError::into_inner))
}
