//! Whether this process lives, and whether it can work.
//!
//! Two questions with two answers. *Lives*: its loops beat; nobody else is asked, because a restart
//! of ours does not bring Redis back. *Ready*: what it depends on answers, and it is not draining.

mod beat;
mod check;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use futures_util::future::join_all;

pub use beat::Beat;
use beat::Loop;
use check::Check;

#[derive(Clone, Default)]
pub struct Health(Arc<Inner>);

#[derive(Default)]
struct Inner {
    loops: Mutex<Vec<Arc<Loop>>>,
    checks: Mutex<Vec<Arc<Check>>>,
    draining: AtomicBool,
}

/// What is answered: a line for each thing looked at, and whether all of them are well.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) well: bool,
    pub(crate) lines: Vec<String>,
}

impl Health {
    pub fn new() -> Self {
        Self::default()
    }

    /// A loop that ticks more often than `max_silence`, or `/livez` fails and names it.
    ///
    /// A loop that ends because it should says so with [`Beat::done`]; one that is dropped otherwise
    /// has died, and is missed.
    pub fn beat(&self, name: impl Into<String>, max_silence: Duration) -> Beat {
        let one = Arc::new(Loop::new(name.into(), max_silence));
        locked(&self.0.loops).push(Arc::clone(&one));
        Beat::new(one)
    }

    /// What must hold for `/readyz`. The check has 2 s; all of them run at once.
    ///
    /// What is wrong is a fixed phrase ("unreachable"), because an error's own text may carry an
    /// address or a password, and the answer is for anybody who can reach the port.
    pub fn ready_when<F, Answer>(&self, name: impl Into<String>, check: F)
    where
        F: Fn() -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<(), &'static str>> + Send + 'static,
    {
        let check = Check::new(name.into(), check);
        locked(&self.0.checks).push(Arc::new(check));
    }

    /// No longer ready, whatever the checks say. There is no way back.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn lives(&self) -> Report {
        let mut loops = locked(&self.0.loops);
        loops.retain(|one| !one.is_done());
        Report::of(loops.iter().map(|one| one.standing()))
    }

    pub(crate) async fn ready(&self) -> Report {
        let checks = locked(&self.0.checks).clone();
        let mut standings = join_all(checks.iter().map(|check| check.ask())).await;
        if self.0.draining.load(Ordering::Relaxed) {
            standings.insert(0, (false, "draining".to_owned()));
        }
        Report::of(standings)
    }
}

impl Report {
    fn of(standings: impl IntoIterator<Item = (bool, String)>) -> Self {
        let (well, mut lines): (Vec<_>, Vec<_>) = standings.into_iter().unzip();
        if lines.is_empty() {
            lines.push("ok".to_owned());
        }
        Self {
            well: well.into_iter().all(|one| one),
            lines,
        }
    }
}

/// A panic while one of these lists is held can't leave it half changed.
fn locked<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
