//! The pulse of one loop.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};
use std::time::Duration;

use tokio::time::Instant;

/// Held by a loop, which ticks it each time round.
#[derive(Debug)]
pub struct Beat(Arc<Loop>);

impl Beat {
    pub(super) fn new(one: Arc<Loop>) -> Self {
        Self(one)
    }

    pub fn tick(&self) {
        self.0.last.store(self.0.elapsed_ms(), Ordering::Relaxed);
    }

    /// The loop ended because it should have, and is no longer watched.
    pub fn done(self) {
        self.0.done.store(true, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(super) struct Loop {
    name: String,
    max_silence: Duration,
    since: Instant,
    /// Milliseconds after `since`, because an [`Instant`] is not atomic.
    last: AtomicU64,
    done: AtomicBool,
}

impl Loop {
    pub(super) fn new(name: String, max_silence: Duration) -> Self {
        let since = Instant::now();
        Self {
            name,
            max_silence,
            since,
            last: AtomicU64::new(0),
            done: AtomicBool::new(false),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.done.load(Ordering::Relaxed)
    }

    pub(super) fn standing(&self) -> (bool, String) {
        let silent = self
            .elapsed_ms()
            .saturating_sub(self.last.load(Ordering::Relaxed));
        if u128::from(silent) <= self.max_silence.as_millis() {
            (true, format!("{} ok", self.name))
        } else {
            (
                false,
                format!("{} silent for {} s", self.name, silent / 1000),
            )
        }
    }

    fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
