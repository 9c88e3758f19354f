//! How a process is told to stop: once to finish what it has begun, twice to drop it.
//!
//! Two tokens, so that a loop takes the one it means; the hard one never comes before the soft.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

#[derive(Debug, Clone, Default)]
pub struct Stop {
    soft: CancellationToken,
    hard: CancellationToken,
}

impl Stop {
    /// One that only [`Stop::ask`] sets; for tests.
    pub fn new() -> Self {
        Self::default()
    }

    /// One that SIGTERM and SIGINT set. From here on, those no longer end the process by themselves.
    pub fn on_signals() -> io::Result<Self> {
        let stop = Self::new();
        let term = signal(SignalKind::terminate())?;
        let int = signal(SignalKind::interrupt())?;
        tokio::spawn(stop.clone().follow(term, int));
        Ok(stop)
    }

    /// Take nothing new; finish what runs.
    pub fn soft(&self) -> &CancellationToken {
        &self.soft
    }

    /// Drop what runs, at once.
    pub fn hard(&self) -> &CancellationToken {
        &self.hard
    }

    /// What a signal does: the first asks softly, any later one hard.
    pub fn ask(&self) {
        if self.soft.is_cancelled() {
            warn!("Told to stop again: dropping what runs");
            self.hard.cancel();
        } else {
            info!("Told to stop: finishing what runs");
            self.soft.cancel();
        }
    }

    async fn follow(self, mut term: Signal, mut int: Signal) {
        loop {
            tokio::select! {
                Some(()) = term.recv() => self.ask(),
                Some(()) = int.recv() => self.ask(),
                else => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_asks_softly_and_the_second_hard() {
        let stop = Stop::new();
        assert!(!stop.soft().is_cancelled());
        stop.ask();
        assert!(stop.soft().is_cancelled() && !stop.hard().is_cancelled());
        stop.ask();
        assert!(stop.hard().is_cancelled());
    }
}
