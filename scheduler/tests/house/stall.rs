//! A way to Redis that stalls: what is sent from a given word on arrives when the test says so.

use std::{net::SocketAddr, sync::Arc, time::Duration};

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
    address: SocketAddr,
    stage: Arc<watch::Sender<Stage>>,
    _passing: AbortOnDropHandle<()>,
}

impl Stall {
    /// Before the Redis at `url`; it stalls when `word` is first sent to it.
    pub(crate) async fn before(url: &str, word: &'static str) -> Self {
        let redis = url.trim_start_matches("redis://").trim_end_matches('/');
        let redis = redis.split('/').next().expect("an address").to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let stage = Arc::new(watch::Sender::new(Stage::Open));
        let way = Way {
            word,
            stage: Arc::clone(&stage),
        };
        let passing = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&redis).await.expect("Redis listens");
                let ((from, to), (back, home)) = (client.into_split(), server.into_split());
                tokio::spawn(way.clone().there(from, home));
                tokio::spawn(back_home(back, to));
            }
        });
        Self {
            address,
            stage,
            _passing: AbortOnDropHandle::new(passing),
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://{}/", self.address)
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
