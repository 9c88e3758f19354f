//! Makes the leases of what runs last, and stops believing in those that did not.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use tracing::warn;

use super::Shared;
use crate::{QueueError, extend::Extended};

/// Members in one call of the extend script.
const SLICE: usize = 500;
/// A job that is cancelled stops within a second.
const LISTEN_EVERY: Duration = Duration::from_millis(500);

pub(super) async fn run(shared: Arc<Shared>) {
    let every = shared.pace.job_lease / 3;
    let mut due = Instant::now() + every;
    loop {
        let doubt = shared.held.first_doubt();
        sleep_until(doubt.map_or(due, |doubt| doubt.min(due))).await;
        shared.forget(&[]);
        if Instant::now() < due {
            continue;
        }
        // No longer than until the first lease is in doubt: then its job must be dropped, whatever
        // Redis does.
        let patience = Instant::now() + every;
        let patience = shared
            .held
            .first_doubt()
            .map_or(patience, |doubt| doubt.min(patience));
        let extended = timeout_at(patience, shared.extend_all()).await;
        due = Instant::now()
            + if matches!(extended, Ok(Ok(()))) {
                every
            } else {
                every / 10
            };
    }
}

/// While anything runs, looks whether any of it is to stop: one cheap command every half second, and
/// none while idle. A hint by pub/sub would cost a connection a queue, and may be lost.
pub(super) async fn listen_for_cancels(shared: Arc<Shared>) {
    loop {
        sleep(LISTEN_EVERY).await;
        if !shared.held.is_empty()
            && shared
                .queue
                .any_cancelled(&shared.lane)
                .await
                .unwrap_or(false)
        {
            // Says which, on the way; if it fails, the next look does.
            let _ = shared.extend_all().await;
        }
    }
}

impl Shared {
    /// How long after asking a lease is believed.
    pub(super) fn belief(&self) -> Duration {
        self.pace.job_lease.saturating_sub(self.pace.trust_margin)
    }

    /// Extends all leases held, in slices.
    pub(super) async fn extend_all(&self) -> Result<(), QueueError> {
        for slice in self.held.members().chunks(SLICE) {
            let believed_until = Instant::now() + self.belief();
            let Extended { missing, cancelled } = self
                .queue
                .extend(&self.lane, slice, self.pace.job_lease)
                .await?;
            self.held.believe(slice, believed_until);
            self.held.cancel(cancelled);
            self.forget(&missing);
        }
        Ok(())
    }

    /// After an answer that came late: what was leased may be another's by now, and the keeper has yet to
    /// hear of it. What is lost is known to be before it begins.
    pub(super) async fn doubt_all(&self) {
        let _ = self.extend_all().await;
        self.forget(&[]);
    }

    fn forget(&self, missing: &[crate::entry::Member]) {
        let lost = self.held.forget(missing, Instant::now());
        if lost > 0 {
            warn!(
                queue = self.name,
                jobs = lost,
                "lost leases; what ran under them is dropped"
            );
        }
    }
}
