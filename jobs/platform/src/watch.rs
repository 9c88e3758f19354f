//! What the future of a running job watches: whether it may go on.
//!
//! One small word a job, since every job has one: a lock or a list of waiters would cost more than the
//! rest of a short job. Only the layer around the job waits on it.

use std::{
    future::poll_fn,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    task::Poll,
};

use futures_util::task::AtomicWaker;

#[derive(Debug, Default)]
pub(crate) struct Watch {
    state: AtomicU8,
    waker: AtomicWaker,
    /// Its end is on its way to Redis: that its lease is not there any more may be our own doing.
    settling: AtomicBool,
    reason: Mutex<String>,
}

/// Why a job is to end; the later ones outweigh the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Somebody called it off; the lease is still ours.
    Cancelled,
    /// The drain is over; the lease is still ours.
    HandBack,
    /// The lease is lost: whatever the job does now is another's.
    Lost,
}

impl Watch {
    pub(crate) fn end(&self, why: End) {
        self.state.fetch_max(why as u8 + 1, Ordering::AcqRel);
        self.waker.wake();
    }

    pub(crate) fn cancel(&self, reason: String) {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner) = reason;
        self.end(End::Cancelled);
    }

    pub(crate) fn settle(&self) {
        self.settling.store(true, Ordering::Release);
    }

    pub(crate) fn is_settling(&self) -> bool {
        self.settling.load(Ordering::Acquire)
    }

    pub(crate) fn reason(&self) -> String {
        let reason = self.reason.lock();
        reason.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the job is to end.
    pub(crate) async fn ended(&self) -> End {
        self.at_least(End::Cancelled).await
    }

    /// Waits until the lease is lost.
    pub(crate) async fn lost(&self) {
        self.at_least(End::Lost).await;
    }

    async fn at_least(&self, least: End) -> End {
        poll_fn(|cx| {
            // Registered before the look: an end in between wakes.
            self.waker.register(cx.waker());
            match self.state() {
                Some(end) if end as u8 >= least as u8 => Poll::Ready(end),
                _ => Poll::Pending,
            }
        })
        .await
    }

    fn state(&self) -> Option<End> {
        match self.state.load(Ordering::Acquire) {
            0 => None,
            1 => Some(End::Cancelled),
            2 => Some(End::HandBack),
            _ => Some(End::Lost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_woken_and_the_worst_reason_stays() {
        let watch = Watch::default();
        let (seen, ()) = tokio::join!(watch.ended(), async { watch.cancel("why".to_owned()) });
        assert_eq!((seen, watch.reason().as_str()), (End::Cancelled, "why"));
        watch.end(End::Lost);
        watch.end(End::HandBack);
        assert_eq!(watch.ended().await, End::Lost);
        watch.lost().await;
    }
}
