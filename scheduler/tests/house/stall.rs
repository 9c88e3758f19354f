//! A way to a server that stalls: what is sent from a given word on arrives when the test says so.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

/// Far more than anything here takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Stage {
    Open,
    Stalled,
    Released,
}

pub(crate) struct Stall {
    url: String,
    stage: Arc<watch::Sender<Stage>>,
    _passing: AbortOnDropHandle<()>,
}

impl Stall {
    /// Before the server at `url`; it stalls when `word` is first sent to it.
    pub(crate) async fn before(url: &str, word: &'static str) -> Self {
        let server = address_in(url).to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let url = url.replace(&server, &address.to_string());
        let stage = Arc::new(watch::Sender::new(Stage::Open));
        let way = Way {
            word,
            stage: Arc::clone(&stage),
        };
        let passing = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("it listens");
                let ((from, to), (back, home)) = (client.into_split(), server.into_split());
                tokio::spawn(way.clone().there(from, home));
                tokio::spawn(back_home(back, to));
            }
        });
        Self {
            url,
            stage,
            _passing: AbortOnDropHandle::new(passing),
        }
    }

    /// Where the server is found by this way.
    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// Waits until the word was sent and held back.
    pub(crate) async fn stalled(&self) {
        let mut stage = self.stage.subscribe();
        let stalled = stage.wait_for(|stage| *stage >= Stage::Stalled);
        let stalled = timeout(PATIENCE, stalled).await;
        stalled.expect("the word was sent").expect("the way stands");
    }

    pub(crate) fn release(&self) {
        self.stage.send_replace(Stage::Released);
    }
}

/// `127.0.0.1:5432` of `postgres://user@127.0.0.1:5432/name`.
fn address_in(url: &str) -> &str {
    let (_, rest) = url.split_once("://").expect("a URL");
    let authority = rest.split('/').next().expect("an authority");
    authority.rsplit('@').next().expect("an address")
}

#[derive(Clone)]
struct Way {
    word: &'static str,
    stage: Arc<watch::Sender<Stage>>,
}

impl Way {
    async fn there(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            let sent = String::from_utf8_lossy(&buffer[..read]).into_owned();
            if sent.contains(self.word) {
                self.stage.send_if_modified(|stage| {
                    let first = *stage == Stage::Open;
                    *stage = if first { Stage::Stalled } else { *stage };
                    first
                });
                let mut stage = self.stage.subscribe();
                let _ = stage.wait_for(|stage| *stage == Stage::Released).await;
            }
            if to.write_all(&buffer[..read]).await.is_err() {
                return;
            }
        }
    }
}

async fn back_home(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
    let _ = tokio::io::copy(&mut from, &mut to).await;
}
