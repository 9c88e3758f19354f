//! The connection to Redis: one multiplexed, reconnecting by itself, every command bounded in time.
//!
//! `REDIS_URL` alone says whether that is one server, the master that sentinels name, or a cluster
//! ([`address`]). Commands are never retried here. A retry after a lost reply would count a fence's
//! refusal as a loss; whoever may safely ask again does so itself.

pub(crate) mod address;
mod asked;
mod blocking;
mod cluster;
mod lasting;
mod nodes;
pub(crate) mod sentinel;
mod single;
mod slots;

use std::{sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, Pipeline, RedisFuture,
    RedisResult, ServerErrorKind, Value,
    aio::{ConnectionLike, PubSub},
};

use tokio::sync::watch;

pub(crate) use self::blocking::Blocking;
use self::{address::Address, cluster::Cluster, lasting::Lasting};
use crate::{QueueError, scripts::Call};

/// No answer for this long means: unreachable.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Finds the server to connect to, anew each time.
type Find = Arc<dyn Fn() -> BoxFuture<'static, RedisResult<Client>> + Send + Sync>;

#[derive(Clone)]
pub(crate) enum Link {
    /// One server holds everything: the only one, or the master of the moment.
    One {
        find: Find,
        shared: Lasting,
        disturbed: watch::Sender<()>,
    },
    Cluster(Cluster),
}

impl Link {
    /// Fails only on a URL that is none: the connection is made when it is first needed.
    pub(crate) fn open(url: &str) -> Result<Self, QueueError> {
        let find = match Address::read(url)? {
            Address::Single(server) => single::find(server),
            Address::Sentinel(sentinels) => sentinel::find(sentinels),
            Address::Cluster(seeds) => return Ok(Self::Cluster(Cluster::new(seeds)?)),
        };
        let disturbed = watch::Sender::new(());
        let shared = Lasting::new(find.clone(), disturbed.clone());
        Ok(Self::One {
            find,
            shared,
            disturbed,
        })
    }

    /// The shared connection, for plain commands.
    pub(crate) fn shared(&self) -> Shared {
        match self {
            Self::One { shared, .. } => Shared::One(shared.clone()),
            Self::Cluster(cluster) => Shared::Cluster(cluster.clone()),
        }
    }

    pub(crate) async fn run<T: FromRedisValue>(&self, call: &Call) -> Result<T, QueueError> {
        let mut redis = self.shared();
        match call.by_hash.query_async(&mut redis).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                Ok(call.by_source().query_async(&mut redis).await?)
            }
            answer => Ok(answer?),
        }
    }

    /// A connection of one's own to where `key` is, for a command that blocks for up to `longest`.
    /// It stays with that server: when the key moves, the command fails; then ask for another.
    pub(crate) async fn blocking(
        &self,
        key: &str,
        longest: Duration,
    ) -> Result<Blocking, QueueError> {
        let disturbed = self.disturbed();
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(TIMEOUT))
            .set_response_timeout(Some(longest + TIMEOUT));
        let open = async {
            self.server(Some(key))
                .await?
                .get_multiplexed_async_connection_with_config(&config)
                .await
        };
        let connection = in_time(open).await?;
        Ok(Blocking {
            connection,
            disturbed,
        })
    }

    /// A connection that listens. In a cluster any node will do: what is published reaches them all.
    pub(crate) async fn listening(&self) -> Result<PubSub, QueueError> {
        let open = async { self.server(None).await?.get_async_pubsub().await };
        Ok(in_time(open).await?)
    }

    fn disturbed(&self) -> watch::Receiver<()> {
        match self {
            Self::One { disturbed, .. } => disturbed.subscribe(),
            Self::Cluster(cluster) => cluster.disturbed(),
        }
    }

    async fn server(&self, key: Option<&str>) -> RedisResult<Client> {
        match self {
            Self::One { find, .. } => find().await,
            Self::Cluster(cluster) => cluster.server(key.map(str::as_bytes)).await,
        }
    }
}

async fn in_time<T>(doing: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
    let late = |_| Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into());
    tokio::time::timeout(TIMEOUT, doing)
        .await
        .unwrap_or_else(late)
}

/// A handle on the shared connection, cheap to clone.
#[derive(Clone)]
pub(crate) enum Shared {
    One(Lasting),
    Cluster(Cluster),
}

impl ConnectionLike for Shared {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::One(server) => server.one(cmd).boxed(),
            Self::Cluster(cluster) => cluster.one(cmd).boxed(),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::One(server) => server.many(pipeline, offset, count).boxed(),
            Self::Cluster(cluster) => cluster.many(pipeline, offset, count).boxed(),
        }
    }

    fn get_db(&self) -> i64 {
        0
    }
}
