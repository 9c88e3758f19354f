//! A connection to one server that is made when it is first needed, and anew once it broke.
//!
//! redis-rs's own `ConnectionManager` stays with a server that hangs or has become a replica, and
//! always connects to the same address; here both lead to another search for the server. It speaks
//! RESP3, in which the client says at once that a connection has ended, so that the first command
//! after a quiet restart does not run into the dead one.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use redis::{
    AsyncConnectionConfig, Client, Cmd, Pipeline, ProtocolVersion, PushInfo, PushKind, RedisResult,
    ServerErrorKind, Value, aio::MultiplexedConnection,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::{Find, TIMEOUT, in_time};

/// A server that can't be reached is tried again after 50 ms at first, half a second at most.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub(crate) struct Lasting(Arc<Inner>);

struct Inner {
    find: Find,
    disturbed: watch::Sender<()>,
    line: Mutex<Line>,
}

/// The connection of the moment; `turn` tells it from those before.
#[derive(Default)]
struct Line {
    turn: u64,
    dialled: Option<Dialled>,
    failures: u32,
    not_before: Option<Instant>,
}

/// All who wait for a connection wait for the same one.
type Dialled = Shared<BoxFuture<'static, RedisResult<MultiplexedConnection>>>;

impl Lasting {
    /// `disturbed` hears of every connection that broke.
    pub(super) fn new(find: Find, disturbed: watch::Sender<()>) -> Self {
        let line = Mutex::default();
        Self(Arc::new(Inner {
            find,
            disturbed,
            line,
        }))
    }

    pub(super) async fn one(&self, cmd: &Cmd) -> RedisResult<Value> {
        let mut open = self.open().await?;
        let answer = open.connection.send_packed_command(cmd).await;
        open.learn(answer.as_ref().map(std::slice::from_ref));
        answer
    }

    pub(super) async fn many(
        &self,
        pipeline: &Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisResult<Vec<Value>> {
        let mut open = self.open().await?;
        let sent = open
            .connection
            .send_packed_commands(pipeline, offset, count);
        let answers = sent.await;
        open.learn(answers.as_deref());
        answers
    }

    /// An error here says that nothing was sent.
    pub(super) async fn open(&self) -> RedisResult<Open> {
        let (turn, dialled) = self.dialled();
        let connection = dialled.await.inspect_err(|_| self.0.broke(turn))?;
        let of = self.clone();
        Ok(Open {
            connection,
            turn,
            of,
        })
    }

    fn dialled(&self) -> (u64, Dialled) {
        let mut line = self.0.line();
        let (turn, not_before) = (line.turn, line.not_before);
        let dialled = line.dialled.get_or_insert_with(|| {
            let dialling = tokio::spawn(dial(self.0.clone(), turn, not_before));
            let ended = |_| Err(std::io::Error::other("the runtime ends").into());
            dialling
                .map(move |end| end.unwrap_or_else(ended))
                .boxed()
                .shared()
        });
        (turn, dialled.clone())
    }
}

/// A connection, and what its use teaches about it.
pub(super) struct Open {
    pub(super) connection: MultiplexedConnection,
    turn: u64,
    of: Lasting,
}

impl Open {
    pub(super) fn learn(&self, answers: Result<&[Value], &redis::RedisError>) {
        let useless = match answers {
            Ok(answers) => answers.iter().any(is_of_a_replica),
            Err(error) => error.is_io_error() || error.is_unrecoverable_error(),
        };
        if useless {
            self.of.0.broke(self.turn);
        }
    }
}

fn is_of_a_replica(answer: &Value) -> bool {
    use ServerErrorKind::{MasterDown, ReadOnly};
    matches!(answer, Value::ServerError(error) if matches!(error.kind(), Some(ReadOnly | MasterDown)))
}

impl Inner {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next who needs a connection dials, unless somebody did so already.
    fn broke(&self, turn: u64) {
        let mut line = self.line();
        if line.turn == turn {
            line.turn += 1;
            line.dialled = None;
            self.disturbed.send_replace(());
        }
    }

    fn count(&self, failed: bool) {
        let mut line = self.line();
        line.failures = if failed {
            line.failures.saturating_add(1)
        } else {
            0
        };
        let pause =
            FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(line.failures.saturating_sub(1)));
        line.not_before = failed.then(|| Instant::now() + pause.min(LONGEST_PAUSE));
    }
}

async fn dial(
    inner: Arc<Inner>,
    turn: u64,
    not_before: Option<Instant>,
) -> RedisResult<MultiplexedConnection> {
    if let Some(then) = not_before {
        sleep_until(then).await;
    }
    let told = Arc::downgrade(&inner);
    let connected = in_time(async { connect((inner.find)().await?, told, turn).await }).await;
    inner.count(connected.is_err());
    connected
}

async fn connect(
    server: Client,
    told: Weak<Inner>,
    turn: u64,
) -> RedisResult<MultiplexedConnection> {
    let info = server.get_connection_info().clone();
    let settings = info.redis_settings().clone();
    let info = info.set_redis_settings(settings.set_protocol(ProtocolVersion::RESP3));
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(TIMEOUT))
        .set_response_timeout(Some(TIMEOUT))
        .set_push_sender(move |push: PushInfo| {
            if let (PushKind::Disconnection, Some(inner)) = (push.kind, told.upgrade()) {
                inner.broke(turn);
            }
            Ok::<(), ()>(())
        });
    let server = Client::open(info)?;
    server
        .get_multiplexed_async_connection_with_config(&config)
        .await
}
