//! Serves HTTP/1 so that no peer can hold it up, neither by being slow nor by being many.
//!
//! `axum::serve` has no time limit for a request's head and no bound on connections, so the accept
//! loop is here, over hyper. A peer that sends its head slowly is cut off; one that reads its answer
//! slowly holds one connection, for at most [`LONGEST_CONNECTION`] and a grace.

use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{debug, warn};

/// Also how long an idle connection is kept.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
const LONGEST_CONNECTION: Duration = Duration::from_mins(10);
/// What a request in progress gets once its connection is to end.
const GRACE: Duration = Duration::from_secs(10);
/// Before accepting again when the system refuses (no file descriptors left).
const BREATHER: Duration = Duration::from_millis(100);

/// Answers until told to stop, and then until every request begun has its answer, 10 s at most.
///
/// At most `connections` at a time; further ones wait in the listener's backlog.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    connections: usize,
    stop: CancellationToken,
) {
    let open = TaskTracker::new();
    let slots = Arc::new(Semaphore::new(connections));
    while let Some((stream, slot)) = next(&listener, &slots, &stop).await {
        open.spawn(talk(stream, app.clone(), stop.clone(), slot));
    }
    open.close();
    open.wait().await;
}

/// The next connection, or `None` when told to stop.
async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let slot = stop
        .run_until_cancelled(Arc::clone(slots).acquire_owned())
        .await?
        .ok()?;
    loop {
        match stop.run_until_cancelled(listener.accept()).await? {
            Ok((stream, _)) => return Some((stream, slot)),
            Err(error) => out_of_breath(&error).await,
        }
    }
}

async fn out_of_breath(error: &io::Error) {
    warn!(%error, "Could not accept a connection");
    sleep(BREATHER).await;
}

async fn talk(
    stream: TcpStream,
    app: Router,
    stop: CancellationToken,
    _slot: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true); // an optimization; its failure shows when writing
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT);
    let mut talk = pin!(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app)));
    let done = tokio::select! {
        done = talk.as_mut() => done,
        () = ended(&stop) => {
            talk.as_mut().graceful_shutdown();
            timeout(GRACE, talk).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = done {
        debug!(%error, "A connection broke");
    }
}

async fn ended(stop: &CancellationToken) {
    let _ = timeout(LONGEST_CONNECTION, stop.cancelled()).await;
}

#[cfg(test)]
mod tests;
