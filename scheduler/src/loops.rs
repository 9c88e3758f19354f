//! The loops of one replica, started together and ended together.

use std::time::Duration;

use process::{Health, Stop};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    alarm::Instants,
    leader::Leader,
    rounds::{Round, keep},
};

/// A loop that is silent for longer than this hangs: a round is a few calls of fifteen seconds at most.
const SILENCE: Duration = Duration::from_mins(2);

pub(crate) struct Loops {
    running: JoinSet<()>,
    stop: CancellationToken,
    health: Health,
}

impl Loops {
    pub(crate) fn new(stop: &Stop, health: &Health) -> Self {
        let (stop, health) = (stop.soft().clone(), health.clone());
        Self {
            running: JoinSet::new(),
            stop,
            health,
        }
    }

    pub(crate) fn lead(&mut self, leader: Leader, instants: Instants) {
        let beat = self.health.beat("leader", SILENCE);
        self.running
            .spawn(leader.run(instants, self.stop.clone(), beat));
    }

    pub(crate) fn keep<R: Round + 'static>(&mut self, one: R, every: Duration) {
        let beat = self.health.beat(R::NAME, SILENCE);
        self.running
            .spawn(keep(one, every, self.stop.clone(), beat));
    }

    /// Waits until all have ended as they should; a second signal drops them. One that died of
    /// something else ends the process, so that it is started again.
    pub(crate) async fn end(mut self, stop: &Stop) -> anyhow::Result<()> {
        while let Some(Some(ended)) = stop
            .hard()
            .run_until_cancelled(self.running.join_next())
            .await
        {
            ended?;
        }
        Ok(())
    }
}
