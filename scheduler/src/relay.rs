//! Enqueues what was committed and never enqueued: its process died between the two, or Redis was
//! away. Any replica does it.

use std::time::Duration;

use store::Store;

use crate::{
    carrier::Carrier,
    rounds::{Left, Round},
};

pub(crate) const PAGE: i64 = 500;

pub(crate) struct Relay {
    pub(crate) store: Store,
    pub(crate) carrier: Carrier,
    /// Who commits a row enqueues it right after; only what is older than this has been left behind.
    pub(crate) after: Duration,
}

impl Round for Relay {
    const NAME: &'static str = "relay";

    /// A page of each, of which what Redis has is marked. Two replicas may carry the same row; it stands
    /// once. What only a newer version can carry is left to it.
    async fn round(&mut self) -> anyhow::Result<Left> {
        let (deliveries, outbox) = (self.deliveries().await?, self.outbox().await?);
        Ok(Left::after(deliveries.max(outbox)))
    }
}

impl Relay {
    /// How many were carried: a page of others is no reason to look again at once.
    async fn deliveries(&self) -> anyhow::Result<usize> {
        let due = self.store.due_for_relay(self.after, PAGE).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let carried = self.carrier.deliveries(&due).await?;
        self.store.mark_relayed(&carried.ids).await?;
        Ok(carried.ids.len())
    }

    async fn outbox(&self) -> anyhow::Result<usize> {
        let due = self.store.outbox_for_relay(self.after, PAGE).await?;
        if due.is_empty() {
            return Ok(0);
        }
        let carried = self.carrier.outbox(&due).await?;
        self.store.mark_outbox_relayed(&carried.ids).await?;
        Ok(carried.ids.len())
    }
}
