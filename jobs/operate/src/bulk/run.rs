//! Carries a plan out, or only looks what it would touch: the same path until the last step.

use platform::{JobId, MOST_IN_SLICE, Mended, State};
use store::Operation;

use super::{
    Done, PerSecond, Plan, Progress,
    pace::Pacer,
    source::{Batch, Source, Wanted},
    touch::{is_left_so, standing_off, touch},
};
use crate::{Operator, Trouble, redis};

impl Plan {
    /// What would be touched: how many, and five of them.
    pub async fn dry_run(&self, operator: &Operator) -> Result<Done, Trouble> {
        let mut run = Run::new(self, operator, None, None)?;
        run.all(&mut |_| {}).await?;
        Ok(run.over())
    }

    /// Writes the plan down, and carries it out.
    pub async fn carry_out(
        &self,
        operator: &Operator,
        reason: Option<&str>,
        rate: Option<PerSecond>,
        told: impl FnMut(Told<'_>),
    ) -> Result<Done, Trouble> {
        let plan = serde_json::to_value(self).unwrap_or_default();
        let operation = operator.begin(&self.verb.name(), reason, plan).await?;
        go_on(operator, &operation, rate, told).await
    }
}

/// What whoever watches is told.
pub enum Told<'a> {
    /// Before anything is touched: by this receipt it goes on if it is cut off.
    Receipt(&'a Operation),
    Progress(Progress),
}

/// Carries out what a receipt says, or the rest of it.
pub async fn go_on(
    operator: &Operator,
    operation: &Operation,
    rate: Option<PerSecond>,
    mut told: impl FnMut(Told<'_>),
) -> Result<Done, Trouble> {
    let plan = Plan::of(operation)?;
    if operation.ended_at.is_some() {
        return Err(Trouble::Refused(format!(
            "receipt {} is of work that is over: {} were touched",
            operation.id, operation.touched
        )));
    }
    told(Told::Receipt(operation));
    let mut run = Run::new(&plan, operator, Some(operation), rate)?;
    run.before = run.counted().await?;
    run.all(&mut |progress| told(Told::Progress(progress)))
        .await?;
    let (touched, refused) = (run.counted().await?, run.done.refused);
    operator.end(operation.id, touched, refused).await?;
    let queues = queues();
    redis(operator.queue.forget_receipt(&queues, operation.id)).await?;
    let mut done = run.over();
    done.touched = touched;
    Ok(done)
}

fn queues() -> Vec<&'static str> {
    kinds::catalog().queues().into_iter().collect()
}

struct Run<'a> {
    plan: &'a Plan,
    operator: &'a Operator,
    /// `None`: a dry run.
    operation: Option<&'a Operation>,
    source: Source,
    pacer: Pacer,
    /// What was touched under the receipt before this went on.
    before: u64,
    done: Done,
}

impl<'a> Run<'a> {
    fn new(
        plan: &'a Plan,
        operator: &'a Operator,
        operation: Option<&'a Operation>,
        rate: Option<PerSecond>,
    ) -> Result<Self, Trouble> {
        Ok(Self {
            plan,
            operator,
            operation,
            source: Source::of(&operator.queue, plan)?,
            pacer: Pacer::new(rate),
            before: 0,
            done: Done {
                receipt: operation.map(|operation| operation.id),
                ..Done::default()
            },
        })
    }

    /// As Redis counted it, in the same steps that touched.
    async fn counted(&self) -> Result<u64, Trouble> {
        match self.operation {
            Some(operation) => redis(self.operator.queue.touched(&queues(), operation.id)).await,
            None => Ok(0),
        }
    }

    async fn all(&mut self, told: &mut impl FnMut(Progress)) -> Result<(), Trouble> {
        while let Some(batch) = self.source.next().await? {
            self.done.looked += batch.looked;
            if self.operation.is_none() {
                let views = batch.jobs.iter().filter_map(|wanted| wanted.view.as_ref());
                self.done.sample(views);
            }
            self.batch(&batch, told).await?;
            if self.left() == Some(0) {
                self.done.cut = self.plan.max.is_some_and(|max| self.touched() >= max);
                break;
            }
        }
        Ok(())
    }

    fn left(&self) -> Option<u64> {
        let most = [self.plan.max, self.plan.shown].into_iter().flatten().min();
        most.map(|most| most.saturating_sub(self.touched()))
    }

    fn touched(&self) -> u64 {
        self.before + self.done.touched
    }

    async fn batch(
        &mut self,
        batch: &Batch,
        told: &mut impl FnMut(Progress),
    ) -> Result<(), Trouble> {
        let mut jobs = &batch.jobs[..];
        while !jobs.is_empty() {
            let most = self.left().map_or(MOST_IN_SLICE, |left| {
                usize::try_from(left)
                    .unwrap_or(MOST_IN_SLICE)
                    .min(MOST_IN_SLICE)
            });
            if most == 0 {
                return Ok(());
            }
            let many = self.pacer.slice(most).min(jobs.len());
            let (slice, rest) = jobs.split_at(many);
            self.slice(batch.queue, slice).await?;
            told(self.done.progress());
            jobs = rest;
        }
        Ok(())
    }

    async fn slice(&mut self, queue: &str, slice: &[Wanted]) -> Result<(), Trouble> {
        let slice = self.able(slice);
        let Some(operation) = self.operation else {
            self.done.touched += u64::try_from(slice.len()).unwrap_or_default();
            return Ok(());
        };
        if slice.is_empty() {
            return Ok(());
        }
        self.pacer.wait_for(slice.len()).await;
        let mended = touch(self.operator, operation, self.plan, queue, &slice).await?;
        for (wanted, mended) in slice.iter().zip(&mended) {
            self.note(wanted.id, mended);
        }
        // What runs may have been told to stop before this went on, and counted then: Redis knows.
        if self.before > 0 && mended.contains(&Mended::Stopping) {
            self.done.touched = self.counted().await?.saturating_sub(self.before);
        }
        Ok(())
    }

    /// What stands as it was left before this went on is not refused: it had its turn.
    fn note(&mut self, id: JobId, mended: &Mended) {
        let left_so = |state: &State| self.before > 0 && is_left_so(self.plan.verb, *state);
        match mended {
            Mended::Elsewhere(Some(state)) if left_so(state) => self.done.moved_on += 1,
            _ => self.done.note(id, mended),
        }
    }

    /// Those that the verb can be done to as they stand; the rest is refused, of a dry run as well.
    fn able<'s>(&mut self, slice: &'s [Wanted]) -> Vec<&'s Wanted> {
        let mut able = Vec::with_capacity(slice.len());
        for wanted in slice {
            match standing_off(self.plan.verb, wanted) {
                Some(state) => self.note(wanted.id, &Mended::Elsewhere(Some(state))),
                None => able.push(wanted),
            }
        }
        able
    }

    /// As many as were touched before this went on may be nowhere by now for that very reason.
    fn over(self) -> Done {
        let (mut done, missing) = (self.done, self.source.missing());
        match u64::try_from(missing.len()) {
            Ok(many) if many <= self.before => done.moved_on += many,
            _ => done.missing = missing,
        }
        done
    }
}
