//! The pushes that arrived. The oldest make room for new ones.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use super::Provider;
use crate::harness::until::until_count;

const MOST: usize = 10_000;

/// One that its provider has taken.
#[derive(Debug, Clone, Serialize)]
pub struct Push {
    /// Counts from 1, and never again.
    pub n: u64,
    pub at: Timestamp,
    pub provider: Provider,
    /// The device's token.
    pub token: String,
    pub title: String,
    pub body: String,
    /// By which a second copy is known.
    pub id: String,
    /// How the provider was told to treat it.
    pub options: BTreeMap<String, String>,
    pub payload: Value,
}

#[derive(Default)]
pub struct Pushes {
    kept: Mutex<Kept>,
    /// How many came.
    came: watch::Sender<usize>,
}

#[derive(Default)]
struct Kept {
    pushes: VecDeque<Arc<Push>>,
    last: u64,
}

impl Pushes {
    /// Gives it its number.
    pub fn add(&self, mut push: Push) {
        let mut kept = self.kept();
        kept.last += 1;
        push.n = kept.last;
        kept.pushes.push_back(Arc::new(push));
        if kept.pushes.len() > MOST {
            kept.pushes.pop_front();
        }
        self.came.send_modify(|came| *came += 1);
    }

    /// In order of arrival.
    pub fn all(&self) -> Vec<Arc<Push>> {
        self.kept().pushes.iter().cloned().collect()
    }

    /// The newest first.
    pub(crate) fn newest(&self, limit: usize) -> Vec<Arc<Push>> {
        let kept = self.kept();
        kept.pushes.iter().rev().take(limit).cloned().collect()
    }

    pub(crate) fn find(&self, n: u64) -> Option<Arc<Push>> {
        let kept = self.kept();
        let at = kept.pushes.binary_search_by_key(&n, |push| push.n).ok()?;
        kept.pushes.get(at).cloned()
    }

    pub fn count(&self) -> usize {
        self.kept().pushes.len()
    }

    pub fn clear(&self) {
        self.kept().pushes.clear();
        self.came.send_replace(0);
    }

    /// All of them, once there are that many. Panics after three minutes: for tests.
    pub async fn wait_for(&self, count: usize) -> Vec<Arc<Push>> {
        until_count(&self.came, count, "pushes").await;
        self.all()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
