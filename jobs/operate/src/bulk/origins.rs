//! The rows that wanted the jobs: decided before Redis is touched, so that nothing rises again.

use kinds::Origin;
use store::{DeliveryId, Store};
use uuid::Uuid;

use crate::{Trouble, postgres};

/// Rows of some jobs, by sort.
#[derive(Default)]
pub(super) struct Origins {
    deliveries: Vec<DeliveryId>,
    ticks: Vec<String>,
    outbox: Vec<Uuid>,
}

impl Origins {
    pub(super) fn read<'a>(origins: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        for origin in origins {
            match origin.parse() {
                Ok(Origin::Delivery(id)) => all.deliveries.push(id),
                Ok(Origin::Tick(id)) => all.ticks.push(id),
                Ok(Origin::Outbox(id)) => all.outbox.push(id),
                // What is no origin of ours is wanted by no row.
                Ok(Origin::None) | Err(_) => {}
            }
        }
        all
    }

    pub(super) async fn withdraw(
        &self,
        store: &Store,
        reason: &str,
        receipt: Uuid,
    ) -> Result<(), Trouble> {
        if !self.deliveries.is_empty() {
            postgres(store.withdraw_deliveries(&self.deliveries, reason)).await?;
        }
        if !self.ticks.is_empty() {
            postgres(store.withdraw_ticks(&self.ticks, reason)).await?;
        }
        if !self.outbox.is_empty() {
            postgres(store.withdraw_outbox(&self.outbox, receipt)).await?;
        }
        Ok(())
    }

    pub(super) async fn reinstate(
        &self,
        store: &Store,
        reason: &str,
        receipt: Uuid,
    ) -> Result<(), Trouble> {
        if !self.deliveries.is_empty() {
            postgres(store.reinstate_deliveries(&self.deliveries, reason)).await?;
        }
        if !self.ticks.is_empty() {
            postgres(store.reinstate_ticks(&self.ticks, reason)).await?;
        }
        if !self.outbox.is_empty() {
            postgres(store.reinstate_outbox(&self.outbox, receipt)).await?;
        }
        Ok(())
    }
}

/// What `honeydue explain` says of a delivery that an operator called off; a row is reinstated only by
/// the receipt that withdrew it.
pub(super) fn reason(verb: &str, receipt: Uuid) -> String {
    format!("an operator's {verb}, receipt {receipt}")
}
