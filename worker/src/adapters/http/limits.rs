//! How long each step of a send may take, and how long to stay away after a failure.
//!
//! All are shares of the whole, so that a test can run the real paths in a twentieth of the time.

use std::time::Duration;

use kinds::ports::Sent;

#[derive(Debug, Clone, Copy)]
pub(in crate::adapters) struct Limits {
    /// From the first thought to the verdict. Less than the caller allows, so that the adapter, which
    /// knows whether the alert may have gone, is the one to say what happened.
    pub(in crate::adapters) send: Duration,
    /// A connection, or a token that we have to ask for.
    pub(in crate::adapters) step: Duration,
    /// The ledger's answer.
    pub(in crate::adapters) commit: Duration,
    /// When to try again if the provider was away and did not say when.
    pub(in crate::adapters) away: Duration,
    /// When to try again if the provider wants less of us.
    pub(in crate::adapters) quota: Duration,
    /// When to try again if the provider won't have us: a person has to change something first.
    pub(in crate::adapters) unwelcome: Duration,
    /// When to try again if we showed too many tokens of ours.
    pub(in crate::adapters) tokens: Duration,
}

impl Limits {
    /// For a whole of 20 s: 19 s in all, 5 s a step, away for 30 s, 1 min, 5 min or 20 min.
    pub(in crate::adapters) fn within(whole: Duration) -> Limits {
        Limits {
            send: whole * 19 / 20,
            step: whole / 4,
            commit: whole / 4,
            away: whole * 3 / 2,
            quota: whole * 3,
            unwelcome: whole * 15,
            tokens: whole * 60,
        }
    }

    /// A fault of ours never falls on a device: it waits for a person to fix it.
    pub(in crate::adapters) fn unwelcome(&self, why: impl Into<String>) -> Sent {
        Sent::Unwelcome(self.unwelcome, why.into())
    }
}
