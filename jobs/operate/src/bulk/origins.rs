//! The rows that wanted the jobs: decided before Redis is touched, so that nothing rises again.

use kinds::Origin;
use store::{DeliveryId, Store, StoreError};
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
        of_some(
            &self.deliveries,
            store.withdraw_deliveries(&self.deliveries, reason),
        )
        .await?;
        of_some(&self.ticks, store.withdraw_ticks(&self.ticks, reason)).await?;
        of_some(&self.outbox, store.withdraw_outbox(&self.outbox, receipt)).await
    }

    pub(super) async fn reinstate(
        &self,
        store: &Store,
        reason: &str,
        receipt: Uuid,
    ) -> Result<(), Trouble> {
        of_some(
            &self.deliveries,
            store.reinstate_deliveries(&self.deliveries, reason),
        )
        .await?;
        of_some(&self.ticks, store.reinstate_ticks(&self.ticks, reason)).await?;
        of_some(&self.outbox, store.reinstate_outbox(&self.outbox, receipt)).await
    }
}

/// Asks nothing where there is nothing to ask about.
async fn of_some<T, A>(
    rows: &[T],
    change: impl Future<Output = Result<A, StoreError>>,
) -> Result<(), Trouble> {
    if !rows.is_empty() {
        postgres(change).await?;
    }
    Ok(())
}

/// What `honeydue explain` says of a delivery that an operator called off; a row is reinstated only by
/// the receipt that withdrew it.
pub(super) fn reason(verb: &str, receipt: Uuid) -> String {
    format!("an operator's {verb}, receipt {receipt}")
}
