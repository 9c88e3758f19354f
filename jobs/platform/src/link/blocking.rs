//! A connection of one's own, for commands that block.
//!
//! It can't tell a server that hangs from one that has nothing to say; the shared connections can,
//! and when one of them broke, this one is not trusted any more.

use redis::{Cmd, FromRedisValue, aio::MultiplexedConnection};
use tokio::{select, sync::watch};

use crate::QueueError;

pub(crate) struct Blocking {
    pub(crate) connection: MultiplexedConnection,
    /// Since before it was connected.
    pub(super) disturbed: watch::Receiver<()>,
}

impl Blocking {
    /// After an error, ask for another connection.
    pub(crate) async fn run<T: FromRedisValue>(&mut self, cmd: &Cmd) -> Result<T, QueueError> {
        select! {
            biased;
            _ = self.disturbed.changed() => Err(disturbed()),
            answer = cmd.query_async(&mut self.connection) => Ok(answer?),
        }
    }
}

fn disturbed() -> QueueError {
    let broke = std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "a connection broke");
    QueueError::Unreachable(broke.into())
}
