//! HTTP/2 over TLS, and nothing else: a client that speaks anything older is not understood.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Extension, Router,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
};
use hyper::server::conn::http2;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::{AbortHandle, JoinSet},
};

use super::script::Effect;
use crate::identity::Identity;

/// At a time on one connection; the client has to keep to it.
const STREAMS: u32 = 50;

pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) ca_pem: String,
    connections: Arc<AtomicUsize>,
    task: AbortHandle,
}

/// The connection that a request came by.
#[derive(Clone, Default)]
pub(crate) struct Line(Arc<Notify>);

impl Line {
    /// What a cue does where the provider would answer. A cut has been prepared for by then.
    pub(crate) async fn act(&self, effect: Effect) -> Response {
        match effect {
            Effect::Answer {
                status,
                headers,
                body,
            } => answer(status, &headers, body),
            Effect::Silence => std::future::pending().await,
            Effect::Cut { .. } => {
                self.0.notify_one();
                std::future::pending().await
            }
        }
    }
}

fn answer(status: u16, headers: &[(&'static str, String)], body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body).into_response();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    response
}

impl Server {
    /// Free port on loopback, by the names `localhost` and `127.0.0.1`.
    pub(crate) async fn bind() -> anyhow::Result<(TcpListener, SocketAddr)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        Ok((listener, addr))
    }

    pub(crate) fn start(
        (listener, addr): (TcpListener, SocketAddr),
        router: Router,
    ) -> anyhow::Result<Server> {
        let identity = Arc::new(Identity::speaking(&["h2"])?);
        let (ca_pem, connections) = (identity.ca_pem.clone(), Arc::default());
        let serving = serve(listener, identity, router, Arc::clone(&connections));
        Ok(Server {
            host: format!("https://{addr}"),
            ca_pem,
            connections,
            task: tokio::spawn(serving).abort_handle(),
        })
    }

    /// How many were ever made.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Ends with its task, and so do the connections.
async fn serve(
    listener: TcpListener,
    identity: Arc<Identity>,
    router: Router,
    connections: Arc<AtomicUsize>,
) {
    let mut open = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        while open.try_join_next().is_some() {}
        let connection = connection(
            stream,
            Arc::clone(&identity),
            router.clone(),
            Arc::clone(&connections),
        );
        open.spawn(connection);
    }
}

async fn connection(
    stream: TcpStream,
    identity: Arc<Identity>,
    router: Router,
    connections: Arc<AtomicUsize>,
) {
    let _ = stream.set_nodelay(true); // or one frame waits 40 ms for the one before
    let Ok(stream) = identity.accept(stream).await else {
        return;
    };
    connections.fetch_add(1, Ordering::SeqCst);
    let line = Line::default();
    let service = TowerToHyperService::new(router.layer(Extension(line.clone())));
    let served = http2::Builder::new(TokioExecutor::new())
        .max_concurrent_streams(STREAMS)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        _ = served => {}
        () = line.0.notified() => {}
    }
}
