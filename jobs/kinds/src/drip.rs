//! Leads people through their first days: who is due for which step by this tick's instant.
//!
//! A page is one transaction, as in the sweep; the ledger's unique occasion makes going over a person
//! twice harmless.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use platform::{Call, Job, NewJob, Outcome, QueueError, Run, SWEEP};
use serde::{Deserialize, Serialize};
use store::{DeliveryId, DripEnd, NewDelivery, Tx, UserId};

use crate::{
    Context, Notice, Onboarding, Reason,
    fan_out::{self, FanOut, PAGE},
    onboarding::{self, STEPS, Step, Turn},
};

#[derive(Debug, Serialize, Deserialize)]
pub struct Drip {
    /// Everybody whose next step has come by this instant.
    pub at: Timestamp,
}

impl Job for Drip {
    const NAME: &'static str = "drip";
    const QUEUE: &'static str = SWEEP;
    const TIMEOUT: Duration = Duration::from_mins(5);
}

impl Run<Context> for Drip {
    async fn run(self, ctx: &Context, call: &Call) -> Outcome {
        fan_out::go(&self, ctx, || call.now()).await
    }
}

/// What a page comes to.
#[derive(Default)]
struct Page {
    say: Vec<NewDelivery>,
    pass_over: Vec<NewDelivery>,
    advance: Vec<(UserId, i16, Timestamp)>,
    finished: Vec<UserId>,
}

impl Drip {
    /// The job of the tick at `at`.
    pub(crate) fn job(at: Timestamp) -> Result<NewJob, QueueError> {
        NewJob::of(&Self { at })
    }
}

impl FanOut for Drip {
    fn at(&self) -> Timestamp {
        self.at
    }

    fn queues(&self) -> BTreeSet<&'static str> {
        [Onboarding::QUEUE].into()
    }

    async fn page(&self, ctx: &Context, now: Timestamp) -> anyhow::Result<fan_out::Page> {
        let mut tx = ctx.store.begin().await?;
        let due = tx.due_drips(Onboarding::NAME, self.at, PAGE.into()).await?;
        end(&mut tx, &due).await?;
        let mut page = Page::default();
        for drip in due.iter().filter(|drip| !drip.goal && !drip.unsubscribed) {
            page.add(
                drip,
                onboarding::turn(&STEPS, drip, self.at),
                check_at(ctx, now),
            );
        }
        let considered = page.write(&mut tx).await?;
        tx.commit().await?;
        Ok(fan_out::Page {
            considered,
            is_last: due.len() < PAGE.into(),
        })
    }
}

fn check_at(ctx: &Context, now: Timestamp) -> Timestamp {
    now.saturating_add(ctx.pace.check_first).unwrap_or(now)
}

async fn end(tx: &mut Tx, due: &[store::Drip]) -> anyhow::Result<()> {
    let whom = |ended: fn(&store::Drip) -> bool| -> Vec<_> {
        let ended = due.iter().filter(|drip| ended(drip));
        ended.map(|drip| drip.user_id).collect()
    };
    tx.end_drips(&whom(|drip| drip.goal), DripEnd::Goal).await?;
    tx.end_drips(&whom(|drip| drip.unsubscribed), DripEnd::Unsubscribed)
        .await?;
    Ok(())
}

impl Page {
    fn add(&mut self, drip: &store::Drip, turn: Turn, check_at: Timestamp) {
        let wanted = |step: Step| {
            let zone = drip.timezone.as_deref();
            let due = onboarding::due(step, drip.user_id, zone, drip.enrolled_at);
            NewDelivery {
                user_id: drip.user_id,
                kind: Onboarding::NAME.to_owned(),
                occasion: step.name.to_owned(),
                // Not that of the step, which moves with their zone.
                day: NewDelivery::day_of(drip.enrolled_at),
                not_before: None,
                not_after: due.saturating_add(Onboarding::WINDOW).unwrap_or(due),
                check_at,
            }
        };
        self.say.extend(turn.say.map(wanted));
        self.pass_over
            .extend(turn.pass_over.into_iter().map(wanted));
        match turn.next {
            Some((reached, next)) => self.advance.push((drip.user_id, reached, next)),
            None => self.finished.push(drip.user_id),
        }
    }

    async fn write(self, tx: &mut Tx) -> anyhow::Result<Vec<DeliveryId>> {
        tx.pass_over(&self.pass_over, Reason::LaterStep.code())
            .await?;
        let considered = tx.consider(&self.say).await?;
        tx.advance_drips(&self.advance).await?;
        tx.end_drips(&self.finished, DripEnd::Finished).await?;
        Ok(considered)
    }
}
