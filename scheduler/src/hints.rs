//! Listens for hints: a tick was asked for, the lease is free.
//!
//! A hint may be lost at any time, and nothing rests on one arriving: a leader looks by itself at
//! every renewal, a follower asks by itself every other second.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use platform::Queue;
use tokio::{sync::Notify, time::sleep};

/// Forwards hints to `look` until dropped. A new connection counts as one: some may have been missed.
pub(crate) async fn listen(queue: Queue, look: Arc<Notify>, again_after: Duration) {
    loop {
        if let Ok(mut hints) = queue.hints().await {
            look.notify_one();
            while hints.next().await.is_some() {
                look.notify_one();
            }
        }
        sleep(again_after).await;
    }
}
