//! The schema: brought up to date by one program at a time, and known to be so by all.

use std::time::Duration;

use sqlx::{Connection as _, Executor as _, PgConnection, migrate::Migrator};

use crate::{Store, StoreError, within};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// A migration may take longer than any other statement.
const LONGEST: Duration = Duration::from_mins(10);

/// Brings the schema up to date. Of several at once, one does it and the others wait for that.
pub async fn migrate(url: &str) -> Result<(), StoreError> {
    let _: sqlx::postgres::PgConnectOptions = url.parse().map_err(|_| StoreError::Url)?;
    let mut connection = within(PgConnection::connect(url)).await?;
    // Less than orchestrators give a program to start, so that it is we who say what it waits for.
    within(connection.execute("SET lock_timeout = '3min'")).await?;
    let run = MIGRATIONS.run(&mut connection);
    tokio::time::timeout(LONGEST, run)
        .await
        .map_err(|_| StoreError::Timeout)??;
    within(connection.close()).await
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
