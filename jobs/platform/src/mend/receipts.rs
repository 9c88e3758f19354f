//! What was touched under a receipt, as the scripts counted it.

use redis::AsyncCommands;
use uuid::Uuid;

use crate::{Queue, QueueError};

impl Queue {
    /// How many jobs a receipt has touched in these queues.
    pub async fn touched(&self, queues: &[&str], receipt: Uuid) -> Result<u64, QueueError> {
        let mut touched = 0;
        for keys in queues.iter().flat_map(|queue| self.partitions(queue)) {
            let here: Option<u64> = self
                .link
                .shared()
                .hget(&keys.receipts, receipt.to_string())
                .await?;
            touched += here.unwrap_or_default();
        }
        Ok(touched)
    }

    /// Forgets a receipt that is written down elsewhere.
    pub async fn forget_receipt(&self, queues: &[&str], receipt: Uuid) -> Result<(), QueueError> {
        for keys in queues.iter().flat_map(|queue| self.partitions(queue)) {
            let () = self
                .link
                .shared()
                .hdel(&keys.receipts, receipt.to_string())
                .await?;
        }
        Ok(())
    }
}
