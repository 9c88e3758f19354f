//! The schema: brought up to date by one program at a time, and known to be so by all.

use std::{sync::LazyLock, time::Duration};

use sqlx::{Executor as _, migrate::Migrator, postgres::PgPoolOptions};

use crate::{ACQUIRE, Store, StoreError, options, within};

/// A program that was rolled back finds what the newer one migrated, and starts all the same.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrations = sqlx::migrate!();
    migrations.set_ignore_missing(true);
    migrations
});

/// A migration may take longer than any other statement.
const LONGEST: Duration = Duration::from_mins(10);

/// Less than orchestrators give a program to start, so that it is we who say what it waits for. What the role is
/// limited to is meant for everybody else.
const LIMITS: &str = "SET lock_timeout = '3min'; SET statement_timeout = '10min'; \
    SET idle_in_transaction_session_timeout = '10min'";

/// Brings the schema up to date. Of several at once, one does it and the others wait for that.
pub async fn migrate(url: &str) -> Result<(), StoreError> {
    let options = options(url)?;
    // A pool of one, for the migrator's hold on a plain connection can't move between threads.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(LIMITS).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options);
    let run = tokio::time::timeout(LONGEST, MIGRATIONS.run(&pool)).await;
    run.map_err(|_| StoreError::Timeout)??;
    within(async {
        pool.close().await;
        Ok(())
    })
    .await
}

impl Store {
    /// Whether it has all that this program expects. What a newer program added does no harm.
    pub async fn schema_current(&self) -> Result<bool, StoreError> {
        let applied =
            sqlx::query_scalar::<_, i64>("SELECT version FROM _sqlx_migrations WHERE success");
        let applied = match within(applied.fetch_all(&self.pool)).await {
            Err(StoreError::Refused(error)) if is_undefined_table(&error) => return Ok(false),
            applied => applied?,
        };
        Ok(MIGRATIONS
            .iter()
            .all(|wanted| applied.contains(&wanted.version)))
    }
}

fn is_undefined_table(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "42P01")
}
