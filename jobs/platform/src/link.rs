//! The connection to Redis: one multiplexed, reconnecting by itself, every command bounded in time.
//!
//! Commands are never retried here. A retry after a lost reply would count a fence's refusal as a
//! loss; whoever may safely ask again does so itself.

use std::time::Duration;

use redis::{
    AsyncConnectionConfig, Client, FromRedisValue, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig, MultiplexedConnection, PubSub},
};

use crate::QueueError;

/// No answer for this long means: unreachable.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A dead Redis is tried again at most this far apart.
const RECONNECT_MAX: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(crate) struct Link {
    client: Client,
    shared: ConnectionManager,
}

impl Link {
    /// Fails only on a URL that is none: the connection is made when it is first needed.
    pub(crate) fn open(url: &str) -> Result<Self, QueueError> {
        let unusable = |error| {
            QueueError::invalid(format!(
                "REDIS_URL must look like redis://host:6379/0 or rediss://…: {error}"
            ))
        };
        let client = Client::open(url).map_err(unusable)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(TIMEOUT))
            .set_number_of_retries(0)
            .set_max_delay(RECONNECT_MAX);
        let shared =
            ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(unusable)?;
        Ok(Self { client, shared })
    }

    /// The shared connection, for plain commands.
    pub(crate) fn shared(&self) -> ConnectionManager {
        self.shared.clone()
    }

    pub(crate) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, QueueError> {
        Ok(script.invoke_async(&mut self.shared()).await?)
    }

    /// A connection of one's own, for a command that blocks for up to `longest`.
    pub(crate) async fn blocking(
        &self,
        longest: Duration,
    ) -> Result<MultiplexedConnection, QueueError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(longest + TIMEOUT));
        Ok(self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await?)
    }

    /// A connection that listens.
    pub(crate) async fn listening(&self) -> Result<PubSub, QueueError> {
        let open = tokio::time::timeout(TIMEOUT, self.client.get_async_pubsub());
        let timed_out =
            |_| redis::RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
        Ok(open.await.map_err(timed_out)??)
    }
}
