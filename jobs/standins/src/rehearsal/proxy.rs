//! What stands for Traefik: it hands each connection to the next API that is routed to, and retries none.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinSet},
    time::timeout,
};

const CONNECT: Duration = Duration::from_secs(2);
/// Longer than the API takes for any request.
const LONGEST: Duration = Duration::from_secs(40);

#[derive(Clone, Default)]
struct Routes(Arc<Mutex<Vec<SocketAddr>>>);

pub(super) struct Proxy {
    routes: Routes,
    address: SocketAddr,
    task: AbortHandle,
}

impl Proxy {
    pub(super) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.context("the proxy can't listen")?;
        let (address, routes) = (listener.local_addr()?, Routes::default());
        let task = tokio::spawn(serve(listener, routes.clone())).abort_handle();
        Ok(Self {
            routes,
            address,
            task,
        })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, or no longer.
    pub(super) fn route(&self, to: SocketAddr, on: bool) {
        let mut routes = self.routes.0.lock().unwrap_or_else(PoisonError::into_inner);
        routes.retain(|known| *known != to);
        if on {
            routes.push(to);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Routes {
    fn next(&self) -> Option<SocketAddr> {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = *routes.first()?;
        routes.rotate_left(1);
        Some(next)
    }
}

/// One connection is one request here, so to hand over connections is to share out requests.
async fn serve(listener: TcpListener, routes: Routes) {
    let mut open = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        while open.try_join_next().is_some() {}
        let next = routes.next();
        open.spawn(async move { timeout(LONGEST, carry(stream, next)).await });
    }
}

/// With nowhere to go, the caller sees its connection end.
async fn carry(mut from: TcpStream, to: Option<SocketAddr>) -> Option<()> {
    let mut to = timeout(CONNECT, TcpStream::connect(to?)).await.ok()?.ok()?;
    copy_bidirectional(&mut from, &mut to).await.ok()?;
    Some(())
}
