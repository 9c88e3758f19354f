//! How many more jobs may be claimed: the free slots, plus about a millisecond's worth of what this
//! queue's jobs take, so that fast jobs never wait for a claim and slow ones hold none hostage.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// More in advance brings nothing, measured.
const MOST_AHEAD: usize = 256;
/// A claim is as large as a script may be without others noticing.
const MOST_AT_ONCE: usize = 1000;

pub(super) struct Slots {
    concurrency: usize,
    /// Whether jobs may be claimed before a slot is free for them.
    prefetch: bool,
    /// Claimed and not yet finished running.
    taken: AtomicUsize,
    finished: AtomicUsize,
    freed: Notify,
}

/// Jobs finished per millisecond, as the fetcher sees it between two claims.
pub(super) struct Speed {
    finished: usize,
    at: Instant,
    ahead: usize,
}

impl Slots {
    pub(super) fn new(concurrency: usize, prefetch: bool) -> Self {
        Self {
            concurrency: concurrency.max(1),
            prefetch,
            taken: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
            freed: Notify::new(),
        }
    }

    pub(super) fn take(&self, many: usize) {
        self.taken.fetch_add(many, Ordering::AcqRel);
    }

    /// One ran to its end, or was handed back.
    pub(super) fn free(&self) {
        self.taken.fetch_sub(1, Ordering::AcqRel);
        self.finished.fetch_add(1, Ordering::Relaxed);
        self.freed.notify_one();
    }

    /// Waits for a slot to be freed since the last wait.
    pub(super) async fn freed(&self) {
        self.freed.notified().await;
    }

    pub(super) fn room(&self, speed: &mut Speed) -> usize {
        let ahead = speed.ahead(self.finished.load(Ordering::Relaxed));
        let cap = self.concurrency + if self.prefetch { ahead } else { 0 };
        cap.saturating_sub(self.taken.load(Ordering::Acquire))
            .min(MOST_AT_ONCE)
    }
}

impl Speed {
    pub(super) fn new() -> Self {
        Self {
            finished: 0,
            at: Instant::now(),
            ahead: 0,
        }
    }

    /// What is finished in a millisecond, measured over at least one, and forgotten when idle.
    fn ahead(&mut self, finished: usize) -> usize {
        let elapsed = self.at.elapsed();
        if elapsed >= Duration::from_millis(1) {
            let micros = usize::try_from(elapsed.as_micros()).unwrap_or(usize::MAX);
            let done = finished.wrapping_sub(self.finished);
            self.ahead = (done.saturating_mul(1000) / micros).min(MOST_AHEAD);
            (self.finished, self.at) = (finished, Instant::now());
        }
        self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn slow_jobs_are_claimed_only_for_free_slots() {
        let (slots, mut speed) = (Slots::new(10, true), Speed::new());
        slots.take(10);
        tokio::time::advance(Duration::from_millis(20)).await;
        slots.free();
        assert_eq!(slots.room(&mut speed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn fast_jobs_are_claimed_a_millisecond_ahead() {
        let (slots, mut speed) = (Slots::new(10, true), Speed::new());
        slots.take(100);
        (0..100).for_each(|_| slots.free());
        tokio::time::advance(Duration::from_millis(2)).await;
        assert_eq!(slots.room(&mut speed), 60);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(slots.room(&mut speed), 10);
    }
}
