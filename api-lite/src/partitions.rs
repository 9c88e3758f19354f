//! Whether Redis holds our queues in as many partitions as this program looks in.

use std::{mem, time::Duration};

use platform::{Queue, QueueError};
use tokio::time::sleep;
use tracing::warn;

const AGAIN: Duration = Duration::from_secs(1);

/// Fails only where it holds them in others: there, jobs would be put where nobody looks. A Redis that
/// refuses us is asked again until somebody has put that right; a sign-up goes on without it.
pub async fn agree_on_partitions(queue: &Queue) -> Result<(), QueueError> {
    let mut told = false;
    loop {
        match kinds::agree_on_partitions(queue).await {
            Err(error) if !matches!(error, QueueError::Invalid(_)) => {
                if !mem::replace(&mut told, true) {
                    warn!(%error, "Redis refuses us; what is wanted is relayed from the ledger");
                }
                sleep(AGAIN).await;
            }
            agreed => return agreed,
        }
    }
}
