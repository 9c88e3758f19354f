//! Getting jobs on their way, after the commit and only to be quick: whoever fails here is helped by the
//! relay.

use std::time::Duration;

use kinds::notify;
use store::DeliveryId;
use tokio::time::timeout;
use tracing::info;

use crate::Api;

/// A request does not wait longer for Redis: what it wanted is relayed from the ledger.
const PATIENCE: Duration = Duration::from_millis(800);

pub(crate) async fn carry(api: &Api, deliveries: &[DeliveryId]) {
    if deliveries.is_empty() {
        return;
    }
    let enqueued = notify::enqueue(&api.store, &api.queue, deliveries);
    match timeout(PATIENCE, enqueued).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => info!(error = format!("{error:#}"), "Deliveries will be relayed"),
        Err(_) => info!("Redis took too long; deliveries will be relayed"),
    }
}
