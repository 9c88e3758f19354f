//! What a script takes for now: Redis's clock, which all workers share; only a test may say otherwise.

#[cfg(test)]
use std::sync::{Arc, atomic::AtomicI64, atomic::Ordering};

#[derive(Debug, Clone, Default)]
pub(crate) struct Now(#[cfg(test)] Option<Arc<AtomicI64>>);

impl Now {
    /// Empty: the script asks Redis.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "in tests it holds a clock")]
    pub(crate) fn arg(&self) -> String {
        String::new()
    }

    #[cfg(test)]
    pub(crate) fn arg(&self) -> String {
        let told = self
            .0
            .as_ref()
            .map(|ms| ms.load(Ordering::Relaxed).to_string());
        told.unwrap_or_default()
    }

    /// Whatever this clock shows, in ms since 1970.
    #[cfg(test)]
    pub(crate) fn told(clock: Arc<AtomicI64>) -> Self {
        Self(Some(clock))
    }
}
