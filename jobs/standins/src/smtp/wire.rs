//! A connection, line by line, in the clear or in TLS; nothing in it waits or grows without end.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    time::timeout,
};

use crate::identity::Identity;

const IDLE: Duration = Duration::from_mins(1);
/// RFC 5321, 4.5.3.1.6, line end included.
const LINE: usize = 1000;
pub(super) const MAIL: usize = 1024 * 1024;
/// Whoever sends far more than allowed isn't heard out.
const TOO_MUCH: usize = 16 * MAIL;

pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(super) struct Wire(BufReader<Box<dyn Stream>>);

pub(super) enum Content {
    Mail(Vec<u8>),
    TooLarge,
    LineTooLong,
}

impl Wire {
    pub(super) fn new(stream: impl Stream + 'static) -> Wire {
        Wire(BufReader::new(Box::new(stream)))
    }

    /// Forgets what came in the clear after STARTTLS: nobody vouches for it.
    pub(super) async fn secure(self, identity: &Identity) -> io::Result<Wire> {
        let stream = soon(identity.accept(self.0.into_inner())).await?;
        Ok(Wire::new(stream))
    }

    pub(super) async fn say(&mut self, reply: &str) -> io::Result<()> {
        let line = format!("{reply}\r\n");
        soon(self.0.write_all(line.as_bytes())).await?;
        soon(self.0.flush()).await
    }

    /// A line of a dialogue without its end, or None if it is too long.
    pub(super) async fn line(&mut self) -> io::Result<Option<String>> {
        let line = self.raw_line().await?;
        Ok(line.map(|line| {
            let text = String::from_utf8_lossy(&line);
            text.trim_end_matches(['\r', '\n']).to_owned()
        }))
    }

    /// A mail up to the dot, less the dots that are only there for the journey.
    pub(super) async fn content(&mut self) -> io::Result<Content> {
        let (mut content, mut seen, mut too_long) = (Vec::new(), 0, false);
        // A dot counts at the start of a line, and only CRLF ends one.
        let mut fresh = true;
        loop {
            let Some(line) = self.raw_line().await? else {
                (too_long, fresh) = (true, true);
                continue;
            };
            match line.as_slice() {
                b".\r\n" if fresh => break,
                [b'.', rest @ ..] if fresh => keep(&mut content, rest),
                all => keep(&mut content, all),
            }
            fresh = line.ends_with(b"\r\n");
            seen += line.len();
            if seen > TOO_MUCH {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
        Ok(match () {
            () if too_long => Content::LineTooLong,
            () if content.len() > MAIL => Content::TooLarge,
            () => Content::Mail(content),
        })
    }

    /// Returns when the other side has hung up, or said something out of turn.
    pub(super) async fn hung_up(&mut self) {
        let _ = self.0.fill_buf().await;
    }

    async fn raw_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let (mut length, mut ended) = (0, false);
        while !ended {
            let bytes = soon(self.0.fill_buf()).await?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(bytes.len(), |end| end + 1);
            if taken == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            length += taken;
            if length <= LINE {
                line.extend_from_slice(&bytes[..taken]);
            } else if length > TOO_MUCH {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            ended = end.is_some();
            self.0.consume(taken);
        }
        Ok((length <= LINE).then_some(line))
    }
}

/// One byte more than allowed is enough to know.
fn keep(content: &mut Vec<u8>, line: &[u8]) {
    let room = (MAIL + 1).saturating_sub(content.len());
    content.extend_from_slice(&line[..line.len().min(room)]);
}

async fn soon<T>(step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(IDLE, step).await?
}
