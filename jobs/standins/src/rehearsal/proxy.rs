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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// Says its name to whoever connects, and hangs up.
    async fn backend(name: &'static str) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.write_all(name.as_bytes()).await;
            }
        });
        address
    }

    async fn answer(proxy: &Proxy) -> String {
        let mut stream = TcpStream::connect(proxy.address).await.expect("the proxy");
        stream.shutdown().await.expect("nothing more to say");
        let mut said = String::new();
        stream.read_to_string(&mut said).await.expect("an answer");
        said
    }

    #[tokio::test]
    async fn connections_are_shared_out_among_those_that_are_routed_to() {
        let proxy = Proxy::start().await.unwrap();
        let (one, two) = (backend("one").await, backend("two").await);
        assert_eq!(answer(&proxy).await, "", "nobody is routed to");
        proxy.route(one, true);
        proxy.route(two, true);
        let mut both = [answer(&proxy).await, answer(&proxy).await];
        both.sort();
        assert_eq!(both, ["one", "two"]);
        proxy.route(one, false);
        assert_eq!([answer(&proxy).await, answer(&proxy).await], ["two", "two"]);
    }
}
