//! TLS from the first byte, on a wire of ours.
//!
//! lettre can dial `smtps` itself, but on a socket of its own: there Nagle holds the end of each mail
//! back until its beginning is acknowledged, which costs every mail 40 ms, and nothing bounds what the
//! server may say.
#![expect(
    deprecated,
    reason = "nothing else in lettre brings TLS, as it is configured there, to a stream from outside"
)]

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use lettre::transport::smtp::{
    self,
    client::{AsyncNetworkStream, AsyncTokioStream, TlsParameters},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt as _};

use super::wire::Wire;

#[derive(Debug)]
pub(super) struct Sealed(Compat<AsyncNetworkStream>);

impl Sealed {
    /// Ends when the server has proved who it is.
    pub(super) async fn over(wire: Wire, tls: TlsParameters) -> Result<Sealed, smtp::Error> {
        let mut stream = AsyncNetworkStream::use_existing_tokio1(Box::new(wire));
        stream.upgrade_tls(tls).await?;
        Ok(Sealed(stream.compat()))
    }
}

impl AsyncRead for Sealed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Sealed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Sealed {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().peer_addr()
    }
}
