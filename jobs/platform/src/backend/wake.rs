//! Waits for the token that an enqueue leaves, on a connection of its own.
//!
//! One token wakes one process. Ours asks for it only while our fetcher waits, and hands it on if it
//! comes when the fetcher is busy again: a token eaten by a full worker would leave an idle one asleep.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use super::Shared;
use crate::{Queue, QueueError, lane::Lane, link::Blocking, scripts};

/// How long one blocking read lasts: an idle worker costs Redis a tenth of a command a second.
const BLOCK: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(500);

/// Between the fetcher, which waits, and the reader, which brings the news.
#[derive(Default)]
pub(super) struct News {
    waiting: AtomicBool,
    wanted: Notify,
    come: Notify,
}

impl News {
    /// Waits for news; may be dropped at any time.
    pub(super) async fn wait(&self) {
        let _no_longer = Waiting::begin(self);
        self.wanted.notify_one();
        self.come.notified().await;
    }

    fn is_wanted(&self) -> bool {
        self.waiting.load(Ordering::SeqCst)
    }
}

struct Waiting<'a>(&'a News);

impl<'a> Waiting<'a> {
    fn begin(news: &'a News) -> Self {
        news.waiting.store(true, Ordering::SeqCst);
        Self(news)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.store(false, Ordering::SeqCst);
    }
}

impl Queue {
    /// By a script, since at `maxmemory` Redis would refuse a bare push.
    pub(crate) async fn hand_on(&self, lane: &Lane) -> Result<(), QueueError> {
        let mut call = scripts::HAND_ON.on(&lane.keys.all());
        call.arg(lane.now.arg());
        self.link.run(&call).await
    }
}

pub(super) async fn run(shared: Arc<Shared>) {
    let mut own = None;
    loop {
        shared.news.wanted.notified().await;
        // While this fails, the fetcher's timer stands in: it looks every half lease.
        while let Err(_unreachable) = bring(&shared, &mut own).await {
            own = None;
            sleep(PAUSE).await;
            // Else it would take a token that somebody else waits for.
            if !shared.news.is_wanted() {
                break;
            }
        }
    }
}

/// Reads until a token came, and passes it to who can use it.
async fn bring(shared: &Shared, own: &mut Option<Blocking>) -> Result<(), QueueError> {
    let key = &shared.lane.keys.wake;
    let redis = match own {
        Some(redis) => redis,
        None => own.insert(shared.queue.link.blocking(key, BLOCK).await?),
    };
    let mut read = redis::cmd("BLPOP");
    let token: Option<(String, String)> = redis.run(read.arg(key).arg(BLOCK.as_secs_f64())).await?;
    match (token.is_some(), shared.news.is_wanted()) {
        (true, true) => shared.news.come.notify_one(),
        (true, false) => shared.queue.hand_on(&shared.lane).await?,
        (false, true) => shared.news.wanted.notify_one(),
        (false, false) => {}
    }
    Ok(())
}
