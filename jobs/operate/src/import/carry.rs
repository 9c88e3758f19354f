//! Moves them: put aside there, remembered and wanted here, enqueued, removed there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use kinds::notify;
use platform::{JobId, NewJob};
use serde::Serialize;
use store::{DeliveryId, NewDelivery, NewImport, NewOutbox, UserId};
use uuid::Uuid;

use super::{
    Mapping, Source,
    foreign::{Foreign, Stands},
    mapping::{Target, as_job, job_id},
    source::{Holder, Layout, SLICE, Taken},
};
use crate::{Operator, Trouble, postgres, redis};

/// For so long a job is wanted that says nothing of it itself.
const WANTED: SignedDuration = SignedDuration::from_hours(24 * 30);
/// When it is looked after, should nobody have enqueued it.
const LOOKED_AFTER: SignedDuration = SignedDuration::from_mins(2);

#[derive(Debug, Default, Serialize)]
pub struct Moved {
    pub receipt: Uuid,
    /// Taken over by this receipt.
    pub moved: u64,
    /// Those that had come before, and were only removed there.
    pub known: u64,
    /// Put aside, and without a record there: there was nothing to take over.
    pub empty: u64,
    /// What stayed where it is, and why.
    pub left: BTreeMap<String, u64>,
}

/// A job to be taken over, and what it becomes.
struct Coming {
    foreign: Foreign,
    target: Target,
    source: String,
    job: JobId,
}

struct Carrier<'a> {
    operator: &'a Operator,
    source: &'a Source,
    mapping: &'a Mapping,
    receipt: Uuid,
    now: Timestamp,
    moved: Moved,
}

/// Moves what the mapping knows. Cut off anywhere, it is done again from the start.
pub async fn carry(
    operator: &Operator,
    source: &Source,
    mapping: &Mapping,
    reason: Option<&str>,
    mut told: impl FnMut(u64),
) -> Result<Moved, Trouble> {
    let verb = format!("import {}", source.name());
    let operation = operator
        .begin(&verb, reason, serde_json::Value::Null)
        .await?;
    let mut carrier = Carrier {
        operator,
        source,
        mapping,
        receipt: operation.id,
        now: operation.as_of,
        moved: Moved {
            receipt: operation.id,
            ..Moved::default()
        },
    };
    for queue in source.queues().await? {
        carrier.rest(&queue, &mut told).await?;
        for holder in source.holders(&queue).await? {
            carrier.holder(&queue, &holder, &mut told).await?;
        }
    }
    carrier.moved.moved = postgres(operator.store.imported(operation.id)).await?;
    let left = carrier.moved.left.values().sum();
    operator
        .end(operation.id, carrier.moved.moved, left)
        .await?;
    Ok(carrier.moved)
}

impl Carrier<'_> {
    /// What a run that was cut off has put aside.
    async fn rest(&mut self, queue: &str, told: &mut impl FnMut(u64)) -> Result<(), Trouble> {
        loop {
            let aside = self.source.aside(queue).await?;
            if aside.is_empty() {
                return Ok(());
            }
            self.arrive(queue, &aside).await?;
            told(self.moved.moved);
        }
    }

    async fn holder(
        &mut self,
        queue: &str,
        holder: &Holder,
        told: &mut impl FnMut(u64),
    ) -> Result<(), Trouble> {
        let mut skip = 0;
        loop {
            let ids = self.source.ids(holder, skip).await?;
            for page in ids.chunks(SLICE) {
                let movable = self.movable(queue, holder, page).await?;
                skip += page.len() - movable.len();
                if movable.is_empty() {
                    continue;
                }
                let taken = self.source.take(queue, holder, &movable).await?;
                self.arrive(queue, &taken).await?;
                told(self.moved.moved);
            }
            if ids.len() < SLICE {
                return Ok(());
            }
        }
    }

    /// Those of a page that the mapping knows what to do with; the others are counted, and stay.
    async fn movable(
        &mut self,
        queue: &str,
        holder: &Holder,
        ids: &[String],
    ) -> Result<Vec<String>, Trouble> {
        let stands = holder.stands;
        let page: Vec<Taken> = ids
            .iter()
            .map(|id| Taken {
                id: id.clone(),
                stands,
                at: None,
            })
            .collect();
        let read = self.source.read(queue, &page).await?;
        let mut movable = Vec::new();
        for (id, foreign) in ids.iter().zip(read) {
            let why = match foreign {
                None => Some("its record is gone".to_owned()),
                Some(_) if stands == Stands::Active => {
                    Some("somebody there runs it; stop the workers there first".to_owned())
                }
                Some(foreign) => self
                    .unfit(&foreign)
                    .await?
                    .map(|why| format!("{}: {why}", foreign.kind)),
            };
            match why {
                Some(why) => *self.moved.left.entry(why).or_default() += 1,
                None => movable.push(id.clone()),
            }
        }
        Ok(movable)
    }

    async fn unfit(&self, foreign: &Foreign) -> Result<Option<String>, Trouble> {
        Ok(match self.mapping.target(foreign) {
            Err(why) => Some(why),
            Ok(Target::Notice { .. }) if foreign.stands == Stands::Archived => {
                Some("given up there, and would be sent late here".to_owned())
            }
            Ok(Target::Notice { user, .. }) => {
                let known = postgres(self.operator.store.user(UserId(user))).await?;
                known
                    .is_none()
                    .then(|| format!("there is no user {user} here"))
            }
            Ok(Target::Plain { .. }) => None,
        })
    }

    /// From here on a job is ours: it may be cut off after each step, and done again.
    async fn arrive(&mut self, queue: &str, taken: &[Taken]) -> Result<(), Trouble> {
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

impl Source {
    /// As receipts and sources name it.
    pub fn name(&self) -> &'static str {
        match self.layout {
            Layout::Asynq => "asynq",
            Layout::Apalis => "apalis",
        }
    }
}
