//! What honeyDue knows, in Postgres: people and chores, the ledger of deliveries, and the ticks.
//!
//! Everything that must survive a wiped Redis is decided here. Each transition of a row is one
//! statement that says from which state it may happen, so that whoever comes second changes nothing.
//! Postgres's clock is the only one that writes times of its own.

mod agenda;
mod births;
mod channel;
mod column;
mod deliveries;
mod devices;
mod drips;
mod error;
mod forget;
mod gate;
mod ids;
mod imports;
mod invitations;
mod locale;
mod operations;
mod outbox;
mod preferences;
mod purge;
mod requests;
mod residences;
mod schema;
mod suppressions;
mod task_events;
mod tasks;
mod terms;
mod ticks;
mod tokens;
mod users;
mod withdraw;

use std::{future::Future, time::Duration};

use sqlx::{
    Connection as _, Executor as _, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use self::{
    agenda::AgendaRow,
    channel::Channel,
    deliveries::{Delivery, DeliveryState, NewDelivery, push::Refused, reconcile::GivenUp},
    devices::Device,
    drips::{Drip, DripEnd},
    error::StoreError,
    gate::{Gate, QuietHours},
    ids::{DeliveryId, DeviceId, RequestId, ResidenceId, TaskEventId, TaskId, UserId},
    imports::NewImport,
    invitations::{Invited, Joined, NewInvitation},
    locale::{Locale, NoLocale},
    operations::{NewOperation, Operation},
    outbox::{NewOutbox, OutboxRow},
    preferences::Preference,
    purge::Held,
    requests::{Purpose, Request},
    residences::{Member, Residence},
    schema::migrate,
    suppressions::{Feedback, Heard, Suppression},
    task_events::{TaskEvent, TaskEventKind},
    tasks::{Due, DueTask, NewTask, Task, TaskChange},
    ticks::{Pause, Tick, TickState, Watermark},
    tokens::{TOKEN_LIFE, Token},
    users::{Credentials, NewUser, User, UserChange},
};

const CONNECTIONS: u32 = 10;
const ACQUIRE: Duration = Duration::from_secs(5);
/// Longer than the server's own limit, so that it cuts only what the server can't answer any more.
const ANSWER: Duration = Duration::from_secs(15);

/// Whoever holds rows and says nothing holds up all others.
const LIMITS: &str =
    "SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s'";

const NOW: &str = "SELECT now()";

/// The handle on Postgres, cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
}

/// Several writes that happen together or not at all; dropped without a commit, none does.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Postgres>,
}

impl Store {
    /// Fails on a bad URL only; connections are made when they are needed. Must be called within a
    /// Tokio runtime.
    pub fn connect(url: &str) -> Result<Self, StoreError> {
        let options = options(url)?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE)
            // Not as a start-up parameter: poolers in front of Postgres refuse those.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    connection.execute(LIMITS).await?;
                    Ok(())
                })
            })
            // The pool itself asks without a limit whether a connection still lives. One that died
            // silently would keep its place until the kernel gives up on it.
            .after_release(|connection, _| {
                Box::pin(async move {
                    let alive = tokio::time::timeout(ACQUIRE, connection.ping()).await;
                    alive.map_err(|_| sqlx::Error::PoolTimedOut)?.map(|()| true)
                })
            })
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = within(self.pool.begin()).await?;
        Ok(Tx { inner })
    }

    pub async fn ping(&self) -> Result<(), StoreError> {
        within(sqlx::query("SELECT 1").execute(&self.pool)).await?;
        Ok(())
    }

    /// Postgres's clock.
    pub async fn now(&self) -> Result<jiff::Timestamp, StoreError> {
        let now = sqlx::query_scalar::<_, column::Timestamp>(NOW);
        Ok(within(now.fetch_one(&self.pool)).await?.into())
    }

    /// Lets go of every connection, so that Postgres need not find out by itself.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Tx {
    /// Postgres's clock as this transaction began.
    pub async fn now(&mut self) -> Result<jiff::Timestamp, StoreError> {
        let now = sqlx::query_scalar::<_, column::Timestamp>(NOW);
        Ok(within(now.fetch_one(&mut *self.inner)).await?.into())
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        within(self.inner.commit()).await
    }
}

/// sqlx would take an address of anything for one of Postgres.
fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let schemes = ["postgres://", "postgresql://"];
    if !schemes.iter().any(|scheme| url.starts_with(scheme)) {
        return Err(StoreError::Url);
    }
    url.parse().map_err(|_| StoreError::Url)
}

/// What the server never answers, such as over a connection that died silently, ends as well.
async fn within<T>(asked: impl Future<Output = sqlx::Result<T>>) -> Result<T, StoreError> {
    match tokio::time::timeout(ANSWER, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(StoreError::Timeout),
    }
}

/// For `make_interval(secs => …)`: an interval proper would refuse nanoseconds.
fn secs(duration: Duration) -> f64 {
    duration.as_secs_f64()
}
