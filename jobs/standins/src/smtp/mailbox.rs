//! The mails that arrived. The oldest make room for new ones: a soak run must not fill the memory.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::Mail;
use crate::harness::until::until_count;

const MAILS: usize = 10_000;
const BYTES: usize = 256 * 1024 * 1024;

#[derive(Default)]
pub(crate) struct Mailbox {
    kept: Mutex<Kept>,
    /// How many came since it was last cleared.
    came: watch::Sender<usize>,
}

#[derive(Default)]
struct Kept {
    mails: VecDeque<Arc<Mail>>,
    bytes: usize,
    last: u64,
}

impl Mailbox {
    /// Its number.
    pub(super) fn add(&self, mut mail: Mail) -> u64 {
        let mut kept = self.kept();
        kept.last += 1;
        mail.n = kept.last;
        kept.bytes += mail.raw.len();
        kept.mails.push_back(Arc::new(mail));
        kept.make_room();
        let n = kept.last;
        self.came.send_modify(|came| *came += 1);
        n
    }

    pub(crate) fn mails(&self) -> Vec<Arc<Mail>> {
        self.kept().mails.iter().cloned().collect()
    }

    /// The newest first.
    pub(crate) fn newest(&self, limit: usize) -> Vec<Arc<Mail>> {
        self.kept()
            .mails
            .iter()
            .rev()
            .take(limit)
            .cloned()
            .collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.kept().mails.len()
    }

    pub(crate) fn find(&self, n: u64) -> Option<Arc<Mail>> {
        let kept = self.kept();
        let at = kept.mails.binary_search_by_key(&n, |mail| mail.n).ok()?;
        kept.mails.get(at).cloned()
    }

    pub(crate) fn clear(&self) {
        let mut kept = self.kept();
        kept.mails.clear();
        kept.bytes = 0;
        self.came.send_replace(0);
    }

    pub(super) async fn wait_for(&self, count: usize) {
        until_count(&self.came, count, "mails").await;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn make_room(&mut self) {
        while self.mails.len() > MAILS || self.bytes > BYTES {
            let Some(oldest) = self.mails.pop_front() else {
                return;
            };
            self.bytes -= oldest.raw.len();
        }
    }
}
