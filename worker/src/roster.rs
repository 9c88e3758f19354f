//! Shows this worker to operators, and does what they wish: quiet, or drain.
//!
//! Nothing rests on it: who is not seen still works, and a wish that is not heard changes nothing.

use std::{sync::Arc, time::Duration};

use platform::{Queue, WorkerSays, WorkerState, WorkerWish};
use process::{Beat, Stop};
use tokio::time::{interval, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info};

/// An operator who wishes something waits no longer than this.
const BEAT: Duration = Duration::from_secs(2);

/// Nothing more is to be claimed, though the process stays.
#[derive(Clone)]
pub(crate) struct Quiet {
    /// An operator wished it.
    pub(crate) wished: CancellationToken,
    /// What backends stop by; also set when the process is told to stop.
    pub(crate) soft: CancellationToken,
    /// Of the fetchers, which a quiet worker has none of: it lives all the same.
    pub(crate) beats: Vec<Arc<Beat>>,
}

impl Quiet {
    fn begin(&self) {
        info!("An operator wishes it quiet: claiming nothing more");
        self.wished.cancel();
        self.soft.cancel();
    }
}

pub(crate) struct Roster {
    pub(crate) queue: Queue,
    pub(crate) name: String,
    pub(crate) says: WorkerSays,
    pub(crate) stop: Stop,
    pub(crate) quiet: Quiet,
}

impl Roster {
    /// Until the process is told to stop; then it says so, and is forgotten once it has ended.
    pub(crate) async fn keep(mut self) {
        let mut every = interval(BEAT);
        loop {
            every.tick().await;
            self.says.state = self.state();
            if self.quiet.wished.is_cancelled() {
                self.quiet.beats.iter().for_each(|beat| beat.tick());
            }
            match timeout(BEAT, self.queue.beat(&self.name, &self.says)).await {
                Ok(Ok(wish)) => {
                    self.grant(wish);
                    // Who wished it looks whether it was heard.
                    if self.state() != self.says.state {
                        every.reset_immediately();
                    }
                }
                Ok(Err(error)) => debug!(%error, "The roster can't be kept"),
                Err(_) => debug!("The roster can't be kept: Redis does not answer"),
            }
        }
    }

    fn state(&self) -> WorkerState {
        if self.stop.soft().is_cancelled() {
            WorkerState::Draining
        } else if self.quiet.wished.is_cancelled() {
            WorkerState::Quiet
        } else {
            WorkerState::Working
        }
    }

    fn grant(&self, wish: Option<WorkerWish>) {
        match wish {
            Some(WorkerWish::Quiet) if !self.quiet.wished.is_cancelled() => self.quiet.begin(),
            Some(WorkerWish::Drain) if !self.stop.soft().is_cancelled() => {
                info!("An operator wishes it drained");
                self.stop.ask();
            }
            _ => {}
        }
    }
}
