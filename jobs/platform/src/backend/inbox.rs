//! Where claimed jobs wait for apalis to poll: filled by the fetcher, emptied by `poll_next` or, at a
//! drain, handed back.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use futures_util::task::AtomicWaker;

use crate::Claimed;

#[derive(Default)]
pub(super) struct Inbox {
    jobs: Mutex<VecDeque<Claimed>>,
    waker: AtomicWaker,
}

impl Inbox {
    pub(super) fn put(&self, jobs: Vec<Claimed>) {
        self.with(|waiting| waiting.extend(jobs));
        self.waker.wake();
    }

    /// All that nobody has begun.
    pub(super) fn take_all(&self) -> Vec<Claimed> {
        self.with(|waiting| waiting.drain(..).collect())
    }

    pub(super) fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Claimed> {
        if let Some(job) = self.with(VecDeque::pop_front) {
            return Poll::Ready(job);
        }
        self.waker.register(cx.waker());
        // Put between the look and the registration? Then nobody was woken: look again.
        self.with(VecDeque::pop_front)
            .map_or(Poll::Pending, Poll::Ready)
    }

    fn with<T>(&self, change: impl FnOnce(&mut VecDeque<Claimed>) -> T) -> T {
        change(&mut self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
