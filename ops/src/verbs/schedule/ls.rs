//! The lines of the timetable.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::timetable::{Schedule, Timetable};
use serde::Serialize;
use store::{Pause, Store};

use super::or_dash;
use crate::{
    backends::{Backends, postgres, redis},
    out::Out,
};

#[derive(Serialize)]
struct Line {
    schedule: String,
    spec: String,
    next: Option<Timestamp>,
    last_fired: Option<Timestamp>,
    paused: Option<Pause>,
}

pub(super) async fn ls(backends: &Backends, out: &Out) -> anyhow::Result<()> {
    let now = redis(backends.queue()?.now()).await?;
    let (timetable, store) = (kinds::timetable()?, backends.store()?);
    let (mut last, mut pauses) = (
        last_fired(&store, &timetable).await?,
        pauses(&store, now).await?,
    );
    let line = |schedule: &Schedule| Line {
        schedule: schedule.id().to_owned(),
        spec: schedule.spec(),
        next: schedule.next(now),
        last_fired: last.remove(schedule.id()),
        paused: pauses.remove(schedule.id()),
    };
    let lines: Vec<Line> = timetable.schedules().iter().map(line).collect();
    out.rows(
        &["SCHEDULE", "NEXT", "LAST FIRED", "PAUSED UNTIL", "WHEN"],
        &lines,
        |line| {
            let resumes = line.paused.as_ref().map(|pause| pause.until);
            vec![
                line.schedule.clone(),
                or_dash(line.next),
                or_dash(line.last_fired),
                or_dash(resumes),
                line.spec.clone(),
            ]
        },
    )
}

/// schedule → the newest instant of it that was fired.
pub(super) async fn last_fired(
    store: &Store,
    timetable: &Timetable,
) -> anyhow::Result<BTreeMap<String, Timestamp>> {
    let ids = timetable.schedules().iter().map(Schedule::id);
    let ids: Vec<String> = ids.map(str::to_owned).collect();
    let fired = postgres(store.last_fired(&ids)).await?;
    let fired = fired.into_iter().map(|tick| (tick.schedule, tick.instant));
    Ok(fired.collect())
}

/// The pauses under way, by schedule.
pub(super) async fn pauses(
    store: &Store,
    now: Timestamp,
) -> anyhow::Result<BTreeMap<String, Pause>> {
    let pauses = postgres(store.pauses()).await?.into_iter();
    let under_way = pauses.filter(|pause| pause.until > now);
    Ok(under_way
        .map(|pause| (pause.schedule.clone(), pause))
        .collect())
}
