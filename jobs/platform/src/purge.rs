//! Forgetting a whole queue.

use redis::AsyncCommands;

use crate::{Queue, QueueError};

impl Queue {
    /// Forgets all jobs of a queue, in every state, and all that is known of it. Nothing of it can be
    /// brought back, but what Postgres still wants is enqueued again.
    pub async fn purge(&self, queue: &str) -> Result<(), QueueError> {
        for keys in self.partitions(queue) {
            let () = self.link.shared().unlink(&keys.mending()[..]).await?;
        }
        Ok(())
    }
}
