//! A cluster: each command goes to the master that has the slot of its key.
//!
//! redis-rs's own cluster connection can't carry this with its retries off. It stays with a node
//! that hangs; and once a replica was promoted in the place of a dead master, it loads a missing
//! script on all masters that it knows of, fails at the dead one, and never learns of the new. What
//! is needed here is less: every command of ours has its keys in one slot.
//!
//! A command that a node turned away as another's, or that could not even be sent, has certainly not
//! happened: it is sent once more after a look where its slot is now. Nothing else is.

use std::{sync::Arc, time::Duration};

use redis::{Client, Cmd, ConnectionInfo, Pipeline, RedisResult, ServerErrorKind, Value};
use tokio::{sync::watch, time::timeout};

use super::{
    asked::{Asked, Failed, is},
    nodes::Nodes,
};

/// An error is held back no longer than this for the look that it leads to.
const LOOK: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(crate) struct Cluster {
    nodes: Arc<Nodes>,
}

impl Cluster {
    pub(super) fn new(seeds: Vec<ConnectionInfo>) -> RedisResult<Self> {
        let nodes = Arc::new(Nodes::new(seeds)?);
        Ok(Self { nodes })
    }

    pub(super) async fn one(&self, cmd: &Cmd) -> RedisResult<Value> {
        let mut answers = self.ask(Asked::One(cmd)).await?;
        Ok(answers.pop().unwrap_or(Value::Nil))
    }

    pub(super) async fn many(
        &self,
        pipeline: &Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        self.ask(Asked::Many(pipeline, offset, count)).await
    }

    /// The node that has `key` now; any, without one.
    pub(super) async fn server(&self, key: Option<&[u8]>) -> RedisResult<Client> {
        self.nodes.look(self.nodes.looks()).await?;
        Ok(self.nodes.of(key)?.client.clone())
    }

    pub(super) fn disturbed(&self) -> watch::Receiver<()> {
        self.nodes.disturbed.subscribe()
    }

    async fn ask(&self, asked: Asked<'_>) -> RedisResult<Vec<Value>> {
        let looks = self.nodes.looks();
        if looks == 0 {
            self.nodes.look(0).await?;
        }
        let answers = match self.ask_once(asked).await {
            Err(Failed::Not(_)) => {
                self.nodes.look(looks.max(1)).await?;
                self.ask_once(asked).await
            }
            answers => answers,
        };
        match answers {
            Ok(answers) => Ok(answers),
            Err(failed) => {
                // Who asks again must not run into the same node.
                let _ = timeout(LOOK, self.nodes.look(self.nodes.looks())).await;
                Err(failed.into_error())
            }
        }
    }

    async fn ask_once(&self, asked: Asked<'_>) -> Result<Vec<Value>, Failed> {
        let node = self.nodes.of(asked.key()).map_err(Failed::Not)?;
        let answers = asked.of(&node.shared).await?;
        if answers.iter().any(speaks_of_change) {
            self.nodes.look_soon();
        }
        Ok(answers)
    }
}

fn speaks_of_change(answer: &Value) -> bool {
    use ServerErrorKind::{ClusterDown, MasterDown, Moved, ReadOnly};
    is(answer, &[ClusterDown, MasterDown, Moved, ReadOnly])
}
