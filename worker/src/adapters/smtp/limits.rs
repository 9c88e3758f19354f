//! How long each step of a send may take, and how long to stay away after a failure.
//!
//! All are shares of the whole, so that a test can run the real paths in a twentieth of the time.

use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// From the first byte to the verdict. Less than the caller allows, so that the adapter, which
    /// knows whether the mail may have gone, is the one to say what happened.
    pub(super) send: Duration,
    /// From the first byte to the recipient's 250. What is left of `send` is for the answer to the
    /// message itself: that is the one answer worth waiting for.
    pub(super) prepare: Duration,
    /// A TCP connection, or one command and its answer.
    pub(super) step: Duration,
    /// The ledger's answer.
    pub(super) commit: Duration,
    /// A polite goodbye, with nobody waiting for it.
    pub(super) goodbye: Duration,
    /// When to try again if the provider was away.
    pub(super) away: Duration,
    /// When to try again if the provider won't have us: a person has to change something first.
    pub(super) unwelcome: Duration,
}

impl Limits {
    /// For a whole of 20 s: 19 s in all, 10 s to prepare, 5 s a step, away for 30 s or 5 min.
    pub(super) fn within(whole: Duration) -> Limits {
        Limits {
            send: whole * 19 / 20,
            prepare: whole / 2,
            step: whole / 4,
            commit: whole / 4,
            goodbye: whole / 10,
            away: whole * 3 / 2,
            unwelcome: whole * 15,
        }
    }
}
