//! The leader's books in Postgres: a row for every tick, and how far each schedule has come.
//!
//! A row that decides a tick moves the watermark in the same statement. A row that is only begun does
//! not, nor does a job that finishes its own: then the next leader finds the row and steps past it.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use platform::timetable::{TickId, Timetable};
use store::{Store, StoreError};

use crate::{
    action::{Action, Answer, Why},
    ticks::{Pause, Row, Ticks, Watermark},
};

/// Pending rows to treat before looking again.
const PAGE: i64 = 100;

pub(crate) struct Books {
    pub(crate) store: Store,
    pub(crate) timetable: Arc<Timetable>,
}

impl Books {
    pub(crate) async fn look(&self) -> Result<Ticks, StoreError> {
        let schedules = self.timetable.schedules().iter();
        let known: Vec<_> = schedules.map(|schedule| schedule.id().to_owned()).collect();
        let (marks, pending, pauses) = tokio::try_join!(
            self.store.watermarks(),
            self.store.pending_ticks(&known, PAGE),
            self.store.pauses(),
        )?;
        let watermark = |mark: store::Watermark| {
            let (instant, spec) = (mark.instant, mark.spec);
            (mark.schedule, Watermark { instant, spec })
        };
        let row = |row: store::Tick| {
            let tick = row.id.parse().ok()?;
            Some(Row {
                tick,
                since: row.recorded_at,
                behind: None,
                told: None,
            })
        };
        let pause = |paused: store::Pause| {
            let (during, reason) = (paused.since..paused.until, paused.reason);
            (paused.schedule, Pause { during, reason })
        };
        Ok(Ticks {
            watermarks: marks.into_iter().map(watermark).collect(),
            rows: pending.into_iter().filter_map(row).collect(),
            pauses: pauses.into_iter().map(pause).collect(),
        })
    }

    pub(crate) async fn write(&self, action: &Action) -> Result<Answer, StoreError> {
        let store = &self.store;
        match action {
            Action::Begin { schedule, at, spec } => {
                store.begin_schedule(schedule, *at, spec).await?;
            }
            Action::SkipShared {
                schedule,
                from,
                to,
                count,
            } => {
                let count = i64::try_from(*count).unwrap_or(i64::MAX);
                store
                    .shared_skip(schedule, *from, *to, count, &Why::TooLate.to_string())
                    .await?;
            }
            Action::Skip {
                schedule,
                instants,
                why,
            } => {
                let named =
                    |instant: &Timestamp| (TickId::due(schedule, *instant).to_string(), *instant);
                let ticks: Vec<_> = instants.iter().map(named).collect();
                store
                    .record_skipped(schedule, &ticks, &why.to_string())
                    .await?;
            }
            Action::Record { tick } => return self.record(tick).await,
            Action::ReadUnfinished { tick, within } => {
                return self.unfinished(tick, *within).await;
            }
            Action::MarkFired { tick, term, late } => {
                store
                    .fired(&tick.to_string(), *term, tick.job().as_uuid(), *late)
                    .await?;
            }
            Action::MarkSkipped { tick, why } => {
                store.skipped(&tick.to_string(), &why.to_string()).await?;
            }
            _ => {}
        }
        Ok(Answer::Done)
    }

    /// A row that stands already is another's decision: what is left is to step past it.
    async fn record(&self, tick: &TickId) -> Result<Answer, StoreError> {
        let (id, schedule) = (tick.to_string(), self.timetable.schedule(&tick.schedule));
        let new = self
            .store
            .record_pending(&id, &tick.schedule, tick.instant, None)
            .await?;
        if let Some(schedule) = schedule.filter(|_| !new) {
            self.store
                .set_watermark(schedule.id(), tick.instant, &schedule.spec())
                .await?;
        }
        Ok(Answer::Recorded(new))
    }

    /// Its own row is no run that it would come behind: it was fired, if its job was quick.
    async fn unfinished(&self, tick: &TickId, within: Duration) -> Result<Answer, StoreError> {
        let fired = self.store.unfinished_ticks(&tick.schedule, within).await?;
        let ids = fired.iter().filter_map(|id| id.parse().ok());
        Ok(Answer::Unfinished(
            ids.filter(|other| other != tick).collect(),
        ))
    }
}
