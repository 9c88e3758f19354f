//! `/livez`, `/readyz` and `/metrics`, on a port of their own.
//!
//! It answers for as long as the process lives, so also while draining: that is when an operator
//! looks. Plain text, a line for each thing looked at; 503 when one of them fails.

use std::{net::SocketAddr, time::Duration};

use anyhow::Context as _;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use tokio::{net::TcpListener, task::JoinHandle, time::interval};
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::{Health, health::Report, http, metrics};

/// Probes and a scraper are few.
const CONNECTIONS: usize = 64;
const UPKEEP: Duration = Duration::from_secs(5);

/// Serving until it is closed or dropped.
pub struct Served {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// Binds, logs `listening` with the address (port 0 takes a free one), and answers from then on.
pub async fn serve(listen: SocketAddr, health: Health) -> anyhow::Result<Served> {
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("METRICS_LISTEN: can't listen on {listen}"))?;
    let address = listener.local_addr()?;
    info!(addr = %address, serves = "metrics", "listening");
    let stop = CancellationToken::new();
    let task = tokio::spawn(answer(listener, router(health), stop.clone()));
    Ok(Served {
        address,
        stop,
        task,
    })
}

impl Served {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Gives what was asked its answer, then stops.
    pub async fn close(mut self) {
        self.stop.cancel();
        let _ = (&mut self.task).await; // it can only have panicked, which was logged
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn answer(listener: TcpListener, app: Router, stop: CancellationToken) {
    let serving = http::serve(listener, app, CONNECTIONS, stop.clone());
    tokio::join!(serving, stop.run_until_cancelled(keep_up()));
}

async fn keep_up() {
    let mut every = interval(UPKEEP);
    loop {
        every.tick().await;
        metrics::upkeep();
    }
}

fn router(health: Health) -> Router {
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/metrics", get(page))
        .with_state(health)
}

async fn livez(State(health): State<Health>) -> Report {
    health.lives()
}

async fn readyz(State(health): State<Health>) -> Report {
    health.ready().await
}

async fn page() -> Response {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        metrics::render(),
    )
        .into_response()
}

impl IntoResponse for Report {
    fn into_response(self) -> Response {
        let status = if self.well {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        (status, self.lines.join("\n") + "\n").into_response()
    }
}

#[cfg(test)]
mod tests;
