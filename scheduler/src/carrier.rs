//! Turns open rows into jobs and enqueues them.
//!
//! A row's job has the row's id, and every enqueue is checked, so that carrying a row whose job still
//! stands changes nothing. That is what lets relay, reconciling and the walk after a wipe all be the
//! same careless step.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use kinds::{Origin, notify};
use platform::{
    NewJob, Queue, QueueError, SWEEP,
    timetable::{NotATick, Schedule, TickId, Timetable},
};
use store::{Delivery, DeliveryId, OutboxRow, Tick};
use tracing::warn;
use uuid::Uuid;

use crate::{action::Why, row::UNKNOWN_SCHEDULE};

/// What was carried of some rows.
pub(crate) struct Carried<Id> {
    /// Of those whose job stands now. The others' kinds are of a newer version, which will carry them.
    pub(crate) ids: Vec<Id>,
    /// How many of the jobs had not been standing.
    pub(crate) lost: usize,
}

#[derive(Clone)]
pub(crate) struct Carrier {
    pub(crate) queue: Queue,
    pub(crate) timetable: Arc<Timetable>,
}

impl Carrier {
    pub(crate) async fn deliveries(
        &self,
        rows: &[Delivery],
    ) -> anyhow::Result<Carried<DeliveryId>> {
        self.enqueue(rows.iter().map(|row| (row.id, notify::job(row))))
            .await
    }

    pub(crate) async fn outbox(&self, rows: &[OutboxRow]) -> anyhow::Result<Carried<Uuid>> {
        self.enqueue(rows.iter().map(|row| (row.id, Ok(outbox_job(row)))))
            .await
    }

    /// How many had no job. A tick is fired again inside its window only, like one that was missed.
    pub(crate) async fn ticks(&self, rows: &[Tick]) -> anyhow::Result<usize> {
        if rows.is_empty() {
            return Ok(0);
        }
        let now = self.queue.now().await?;
        let fresh = rows.iter().filter(|row| self.wanted(row, now));
        let known = fresh.filter(|row| self.timetable.schedule(&row.schedule).is_some());
        let jobs = known.map(|row| (&row.id, self.job_of_row(row)));
        Ok(self.enqueue(jobs).await?.lost)
    }

    /// Of these, those that are not wanted any more and whose job does not stand: nobody will do them.
    pub(crate) async fn lost_for_good<'a>(
        &self,
        rows: &'a [Tick],
    ) -> anyhow::Result<Vec<(&'a Tick, Why)>> {
        let mut lost = Vec::new();
        if rows.is_empty() {
            return Ok(lost);
        }
        let now = self.queue.now().await?;
        for row in rows.iter().filter(|row| !self.wanted(row, now)) {
            let job = row.id.parse().map(|tick: TickId| tick.job());
            if let Ok(id) = job
                && self.queue.show(SWEEP, id).await?.is_none()
            {
                lost.push((row, self.why_not_wanted(row)));
            }
        }
        Ok(lost)
    }

    /// Of a schedule that nobody here knows, another replica may know more.
    fn wanted(&self, row: &Tick, now: Timestamp) -> bool {
        let schedule = self.timetable.schedule(&row.schedule);
        let window = schedule.map_or(UNKNOWN_SCHEDULE, Schedule::window);
        let window = window.try_into().unwrap_or(SignedDuration::MAX);
        now.duration_since(wanted_at(row)) <= window
    }

    fn why_not_wanted(&self, row: &Tick) -> Why {
        match self.timetable.schedule(&row.schedule) {
            Some(_) => Why::TooLate,
            None => Why::NotInTimetable,
        }
    }

    fn job_of_row(&self, row: &Tick) -> Result<NewJob, QueueError> {
        let tick = row
            .id
            .parse()
            .map_err(|error: NotATick| QueueError::Invalid(error.to_string()))?;
        self.job_of(&tick)
    }

    /// The job of a tick, as it is fired and as it is enqueued again.
    pub(crate) fn job_of(&self, tick: &TickId) -> Result<NewJob, QueueError> {
        let schedule = self.timetable.schedule(&tick.schedule);
        let schedule =
            schedule.ok_or_else(|| QueueError::Invalid("not in the timetable".to_owned()))?;
        let job = schedule.job(tick.instant)?;
        Ok(job
            .id(tick.job())
            .origin(Origin::Tick(tick.to_string()).to_string()))
    }

    /// A row that makes no job must not hold up the others; its deadline ends it.
    async fn enqueue<Id>(
        &self,
        rows: impl Iterator<Item = (Id, Result<NewJob, QueueError>)>,
    ) -> anyhow::Result<Carried<Id>> {
        let (mut ids, mut jobs, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for (id, job) in rows {
            match job {
                Ok(job) => {
                    ids.push(id);
                    jobs.push(job);
                }
                Err(error) => errors.push(error),
            }
        }
        if let Some(error) = errors.first() {
            warn!(rows = errors.len(), %error, "Rows that make no job here, such as this one");
        }
        let receipts = self.queue.enqueue_many(jobs).await?;
        let lost = receipts.iter().filter(|receipt| receipt.accepted()).count();
        Ok(Carried { ids, lost })
    }
}

fn outbox_job(row: &OutboxRow) -> NewJob {
    kinds::outbox_job(row)
}

/// What was asked for may be of any instant; what counts is when.
fn wanted_at(row: &Tick) -> Timestamp {
    if row.asked_by.is_some() {
        row.recorded_at
    } else {
        row.instant
    }
}
