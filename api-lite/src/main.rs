//! Asks on request: the HTTP API, which answers fast and mostly enqueues.

use std::process::ExitCode;

use anyhow::Context as _;
use honeydue_api::{Api, Config, agree_on_partitions, router};
use kinds::Links;
use process::{Process, http};
use store::Store;
use tokio::net::TcpListener;
use tracing::info;

/// At a time; further ones wait to be accepted.
const CONNECTIONS: usize = 1000;

fn main() -> ExitCode {
    process::main("honeydue-api", run)
}

async fn run(config: Config, process: Process) -> anyhow::Result<()> {
    let queue = kinds::connect(&config.redis.redis_url, &config.redis.redis_prefix)?;
    let store = Store::connect(&config.postgres.database_url)?;
    ready_when_connected(&process, &store);
    let listener = TcpListener::bind(config.listen).await;
    let listener =
        listener.with_context(|| format!("LISTEN: can't listen on {}", config.listen))?;
    info!(addr = %listener.local_addr()?, "Answering");
    let links = Links::new(&config.links.secret_key, &config.links.public_url);
    let api = Api::new(store, queue.clone(), config.pace, links);
    let app = router(api.hearing_of_bounces(config.bounce_secret()?));
    tokio::select! {
        () = http::serve(listener, app, CONNECTIONS, process.stop.soft().clone()) => Ok(()),
        // It serves meanwhile: Redis may be away for long.
        Err(other) = agree_on_partitions(&queue) => Err(other.into()),
    }
}

/// Redis is not asked: a sign-up must go on without it, and its jobs are relayed later.
fn ready_when_connected(process: &Process, store: &Store) {
    let store = store.clone();
    process.health.ready_when("postgres", move || {
        let store = store.clone();
        async move {
            match store.schema_current().await {
                Ok(true) => Ok(()),
                Ok(false) => Err("its schema is older than this program; run `honeydue migrate`"),
                Err(_) => Err("unreachable"),
            }
        }
    });
}
