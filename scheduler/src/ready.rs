//! What must hold before a scheduler can work.

use std::time::Duration;

use platform::Queue;
use process::{Health, Stop};
use store::Store;
use tokio::time::sleep;
use tracing::info;

use crate::Config;

const AGAIN: Duration = Duration::from_secs(1);

/// `/readyz` asks Redis, Postgres and the schema.
pub fn when_connected(health: &Health, queue: &Queue, store: &Store) {
    let redis = queue.clone();
    health.ready_when("redis", move || {
        let redis = redis.clone();
        async move { redis.ping().await.map_err(|_| "unreachable") }
    });
    let store = store.clone();
    health.ready_when("postgres", move || {
        let store = store.clone();
        async move {
            match store.schema_current().await {
                Ok(true) => Ok(()),
                Ok(false) => Err("its schema is not current"),
                Err(_) => Err("unreachable"),
            }
        }
    });
}

/// Migrates if it was told where, else waits until somebody has.
pub async fn with_schema(config: &Config, store: &Store, stop: &Stop) -> anyhow::Result<()> {
    if let Some(url) = &config.migrate_database_url {
        store::migrate(url).await?;
    }
    let mut told = false;
    while !stop.soft().is_cancelled() && !store.schema_current().await.is_ok_and(|current| current)
    {
        if !std::mem::replace(&mut told, true) {
            info!("Waiting for Postgres with a current schema");
        }
        stop.soft().run_until_cancelled(sleep(AGAIN)).await;
    }
    Ok(())
}
