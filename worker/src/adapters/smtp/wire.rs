//! A TCP stream that hands out one line at a time, and not without end.
//!
//! Before TLS anybody on the way may write on it. lettre reads ahead, and keeps what it has read
//! when TLS begins: a line slipped in behind the answer to STARTTLS would later pass for an answer
//! of the server. Behind a stream that gives no more than a line, what comes next is read as TLS, and
//! is none. The bound is there because a line without an end would otherwise fill the memory.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Far more than a handshake and a dozen answers.
const MOST: usize = 256 * 1024;

#[derive(Debug)]
pub(super) struct Wire {
    tcp: TcpStream,
    left: usize,
}

impl Wire {
    pub(super) fn new(tcp: TcpStream) -> Wire {
        Wire { tcp, left: MOST }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut space = [0; 1024];
        let most = space.len().min(buf.remaining());

        let mut ahead = ReadBuf::new(&mut space[..most]);
        let seen = ready!(self.tcp.poll_peek(cx, &mut ahead))?;
        let line = ahead.filled().iter().position(|&byte| byte == b'\n');
        let wanted = line.map_or(seen, |end| end + 1);

        let mut taken = ReadBuf::new(&mut space[..wanted]);
        ready!(Pin::new(&mut self.tcp).poll_read(cx, &mut taken))?;
        self.left = self
            .left
            .checked_sub(taken.filled().len())
            .ok_or_else(|| io::Error::other("the server says too much"))?;
        buf.put_slice(taken.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// A wire over which `said` came, and which then ended.
    async fn after(said: Vec<u8>) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mine = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (mut theirs, _) = listener.accept().await.unwrap();
        tokio::spawn(async move { theirs.write_all(&said).await });
        Wire::new(mine)
    }

    #[tokio::test]
    async fn a_read_never_goes_past_the_end_of_a_line() {
        let mut wire = after(b"220 go ahead\r\n250 slipped in\r\n".to_vec()).await;
        let mut buf = [0; 100];
        let read = wire.read(&mut buf).await.unwrap();
        assert!(b"220 go ahead\r\n".starts_with(&buf[..read]));
    }

    #[tokio::test]
    async fn everything_arrives_in_the_end() {
        let said = b"220-a\r\n220 b\r\n".repeat(1000);
        let mut got = Vec::new();
        after(said.clone())
            .await
            .read_to_end(&mut got)
            .await
            .unwrap();
        assert_eq!(got, said);
    }

    #[tokio::test]
    async fn a_server_that_talks_without_end_is_cut_off() {
        let mut got = Vec::new();
        let mut wire = after(vec![b'x'; MOST + 1]).await;
        wire.read_to_end(&mut got).await.unwrap_err();
    }
}
