//! Looks again at every row that should have got somewhere by now, and ends those that are too late.
//!
//! Nothing tells when Redis lost a job. So each open row says when it is to be looked at, and is then
//! carried again under its own id: if the job stands, nothing happens. The leader does it, because one
//! is enough.

use platform::Pace;
use store::Store;
use tracing::{info, warn};

use crate::{
    carrier::Carrier,
    relay::PAGE,
    rounds::{Left, Round, Term},
};

pub(crate) struct Reconcile {
    pub(crate) store: Store,
    pub(crate) carrier: Carrier,
    pub(crate) pace: Pace,
    pub(crate) term: Term,
}

impl Round for Reconcile {
    const NAME: &'static str = "reconcile";

    /// A page of each. Giving up comes first: what is too late is not carried again.
    async fn round(&mut self) -> anyhow::Result<Left> {
        if !self.term.leads() {
            return Ok(Left::Nothing);
        }
        let (ended, looked) = (self.give_up().await?, self.look_again().await?);
        Ok(Left::after(ended.max(looked)))
    }
}

impl Reconcile {
    async fn give_up(&self) -> anyhow::Result<usize> {
        let grace = self.pace.sending_grace();
        let deliveries = self.store.give_up(PAGE, grace).await?;
        let outbox = self.store.give_up_outbox(PAGE, grace).await?;
        let ended = usize::try_from(deliveries.skipped + deliveries.unknown)?;
        if ended + outbox.len() > 0 {
            let (skipped, unknown, outbox) = (deliveries.skipped, deliveries.unknown, outbox.len());
            warn!(skipped, unknown, outbox, "Ended what was too late");
        }
        Ok(ended.max(outbox.len()))
    }

    async fn look_again(&self) -> anyhow::Result<usize> {
        let (first, longest) = (self.pace.check_first, self.pace.check_max);
        let deliveries = self.store.due_for_check(longest, PAGE).await?;
        let outbox = self.store.outbox_for_check(longest, PAGE).await?;
        let ticks = self.store.ticks_for_check(first, longest, PAGE).await?;
        let lost = self.carrier.deliveries(&deliveries).await?.lost
            + self.carrier.outbox(&outbox).await?.lost
            + self.carrier.ticks(&ticks).await?;
        for (tick, why) in self.carrier.lost_for_good(&ticks).await? {
            let why = why.to_string();
            if self.store.given_up_tick(&tick.id, &why).await? {
                warn!(
                    tick = tick.id,
                    why, "Its job was lost, and is not wanted any more"
                );
            }
        }
        if lost > 0 {
            info!(lost, "Rows without a job were enqueued again");
        }
        Ok(deliveries.len().max(outbox.len()).max(ticks.len()))
    }
}
