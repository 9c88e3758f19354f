//! How a job arrives: remembered and wanted here, enqueued, and only then removed there.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use kinds::notify;
use platform::{JobId, NewJob};
use store::{DeliveryId, NewDelivery, NewImport, NewOutbox, UserId};
use uuid::Uuid;

use super::{
    carry::Carrier,
    foreign::{Foreign, Stands},
    holder::Taken,
    mapping::{Target, as_job, job_id},
};
use crate::{Trouble, postgres, redis};

/// For so long a job is wanted that says nothing of it itself.
const WANTED: SignedDuration = SignedDuration::from_hours(24 * 30);
/// When it is looked after, should nobody have enqueued it.
const LOOKED_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// A job to be taken over, and what it becomes.
struct Coming {
    foreign: Foreign,
    target: Target,
    source: String,
    job: JobId,
}

impl Carrier<'_> {
    /// From here on a job is ours: it may be cut off after each step, and done again.
    pub(super) async fn arrive(&mut self, queue: &str, taken: &[Taken]) -> Result<(), Trouble> {
        let read = self.source.read(queue, taken).await?;
        let (mut coming, mut empty) = (Vec::new(), Vec::new());
        for (taken, foreign) in taken.iter().zip(read) {
            match foreign {
                Some(foreign) => coming.push(self.coming(foreign)?),
                None => empty.push(taken.id.clone()),
            }
        }
        if !empty.is_empty() {
            self.moved.empty += u64::try_from(empty.len()).unwrap_or_default();
            self.source.forget(queue, &empty).await?;
        }
        if coming.is_empty() {
            return Ok(());
        }
        let rows = Box::pin(self.remember(&coming)).await?;
        self.enqueue(&coming, &rows).await?;
        let foreign: Vec<Foreign> = coming.into_iter().map(|one| one.foreign).collect();
        self.source.remove(queue, &foreign).await
    }

    /// It was put aside because the mapping knew it; it must not be forgotten because another does not.
    fn coming(&self, foreign: Foreign) -> Result<Coming, Trouble> {
        let target = self.mapping.target(&foreign).map_err(|why| {
            Trouble::Refused(format!(
                "{} of queue {} was put aside by an import before, and now: {why}; use the --map of then",
                foreign.id, foreign.queue
            ))
        })?;
        let source = foreign.source(self.source.name());
        let job = job_id(&source);
        Ok(Coming {
            foreign,
            target,
            source,
            job,
        })
    }

    /// One transaction: that they came, and that they are wanted. The deliveries of those that are new.
    async fn remember(&mut self, coming: &[Coming]) -> Result<Vec<DeliveryId>, Trouble> {
        let imports = coming.iter().map(|one| NewImport {
            source: one.source.clone(),
            job: one.job.as_uuid(),
        });
        let imports: Vec<NewImport> = imports.collect();
        let mut tx = postgres(Box::pin(self.operator.store.begin())).await?;
        let new = postgres(tx.import(&imports, self.receipt)).await?;
        let new: BTreeSet<&str> = new.iter().map(String::as_str).collect();
        let fresh = || {
            coming
                .iter()
                .filter(|one| new.contains(one.source.as_str()))
        };
        self.moved.moved += u64::try_from(new.len()).unwrap_or_default();
        self.moved.known += u64::try_from(coming.len() - new.len()).unwrap_or_default();
        for row in fresh().filter_map(|one| self.outbox(one)) {
            postgres(tx.add_outbox(&row)).await?;
        }
        let wanted: Vec<NewDelivery> = fresh().filter_map(|one| self.delivery(one)).collect();
        let rows = postgres(tx.consider(&wanted)).await?;
        postgres(tx.commit()).await?;
        Ok(rows)
    }

    fn times(&self, one: &Coming) -> (Option<Timestamp>, Timestamp) {
        let not_before = one.foreign.not_before(self.now);
        (not_before, not_before.unwrap_or(self.now))
    }

    /// What was given up there is not wanted here either, until an operator retries it.
    fn outbox(&self, one: &Coming) -> Option<NewOutbox> {
        let Target::Plain {
            kind,
            queue,
            payload,
        } = &one.target
        else {
            return None;
        };
        let (not_before, due) = self.times(one);
        let wanted = due.saturating_add(WANTED).unwrap_or(due);
        (one.foreign.stands != Stands::Archived).then(|| NewOutbox {
            id: one.job.as_uuid(),
            kind: (*kind).to_owned(),
            queue: (*queue).to_owned(),
            payload: payload.clone(),
            not_before,
            not_after: one.foreign.deadline.unwrap_or(wanted).max(due),
            check_at: due.saturating_add(LOOKED_AFTER).unwrap_or(due),
        })
    }

    fn delivery(&self, one: &Coming) -> Option<NewDelivery> {
        let Target::Notice { kind, user, window } = &one.target else {
            return None;
        };
        let (not_before, due) = self.times(one);
        Some(NewDelivery {
            user_id: UserId(*user),
            kind: kind.clone(),
            occasion: format!("import {}", one.job),
            day: NewDelivery::day_of(due),
            not_before,
            not_after: due.saturating_add(*window).unwrap_or(due),
            check_at: due.saturating_add(LOOKED_AFTER).unwrap_or(due),
        })
    }

    /// What still has its row is wanted: also of those that an earlier run has remembered.
    async fn enqueue(&self, coming: &[Coming], rows: &[DeliveryId]) -> Result<(), Trouble> {
        let ids: Vec<Uuid> = coming.iter().map(|one| one.job.as_uuid()).collect();
        let open = postgres(self.operator.store.outbox_rows(&ids)).await?;
        let mut jobs: Vec<NewJob> = open.iter().map(kinds::outbox_job).collect();
        for row in postgres(self.operator.store.deliveries(rows)).await? {
            let job = notify::job(&row)?;
            jobs.push(match row.not_before {
                Some(at) => job.at(at),
                None => job,
            });
        }
        redis(self.operator.queue.enqueue_many(jobs)).await?;
        let ids: Vec<Uuid> = open.iter().map(|row| row.id).collect();
        postgres(self.operator.store.mark_outbox_relayed(&ids)).await?;
        postgres(self.operator.store.mark_relayed(rows)).await?;
        for one in coming
            .iter()
            .filter(|one| one.foreign.stands == Stands::Archived)
        {
            self.bury(one).await?;
        }
        Ok(())
    }

    /// Among the dead, as it was there.
    async fn bury(&self, one: &Coming) -> Result<(), Trouble> {
        let Target::Plain {
            kind,
            queue,
            payload,
        } = &one.target
        else {
            return Ok(());
        };
        let job = as_job(kind, queue, payload);
        let error = &one.foreign.error;
        let admitted = self
            .operator
            .queue
            .admit_dead(one.job, job, one.foreign.attempts, error);
        redis(admitted).await?;
        Ok(())
    }
}
