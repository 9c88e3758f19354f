//! What the plays of the failure table share.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use platform::{SWEEP, leader::Leader, timetable::Timetable};
use standins::until;
use store::{Tick, TickState};

use crate::{
    house::{House, daily_at, in_seconds, now, timetable},
    worker::Worker,
};

pub(crate) const SECOND: SignedDuration = SignedDuration::from_secs(1);

pub(crate) fn named(name: &str) -> impl Fn(&Leader) -> bool {
    move |leader| leader.owner.starts_with(&format!("{name}/"))
}

pub(crate) fn table(instant: Timestamp) -> Timetable {
    timetable([daily_at(instant)])
}

/// Waits for a moment by this machine's clock, which is Redis's too.
pub(crate) async fn comes(instant: Timestamp) {
    until("its time has come", async || now() >= instant).await;
}

pub(crate) async fn decided(house: &House, instant: Timestamp) {
    until("the tick is decided", async || {
        house.watermark("daily").await == Some(instant)
    })
    .await;
}

/// The one row of the daily line.
pub(crate) async fn only_tick(house: &House) -> Tick {
    let ticks = house.ticks("daily").await;
    let [tick] = <[Tick; 1]>::try_from(ticks).expect("one row");
    tick
}

/// Fired once, and so late (in seconds).
pub(crate) async fn fired_once(house: &House, late: std::ops::Range<f64>) {
    let tick = only_tick(house).await;
    assert_eq!(tick.state, TickState::Fired, "{tick:?}");
    assert!(tick.late_s.is_some_and(|by| late.contains(&by)), "{tick:?}");
    assert_eq!(house.ready(SWEEP).await.len(), 1);
}

/// As an operator writes a line that is due at this second of every day.
pub(crate) fn as_written(instant: Timestamp) -> String {
    let at = TimeZone::UTC.to_datetime(instant);
    format!("daily={} {} {} * * *", at.second(), at.minute(), at.hour())
}

/// Until a second tick has run as well: whatever the first could still cause has happened by then.
pub(crate) async fn runs_another(house: &House, worker: &Worker, which: &str) {
    let id = format!("daily@{}#ask", in_seconds(3600));
    let (_, instant) = id.trim_end_matches("#ask").split_once('@').expect("a tick");
    let instant = instant.parse().expect("an instant");
    let asked = house
        .store
        .record_pending(&id, "daily", instant, Some(which));
    assert!(asked.await.expect("Postgres answers"));
    let origin = format!("tick:{id}");
    until("what was asked for has run", async || {
        worker.ran().contains(&origin)
    })
    .await;
}

/// Until nothing is on its way any more, nor a walk through what is open: what is brought from then on is
/// brought anew.
pub(crate) async fn calm(house: &House) {
    until(
        "every open row has its job, and every job is done",
        async || {
            let known = house.store.birth_marks().await.unwrap_or_default();
            let born = house.queue.birth_marks(&[SWEEP]).await.unwrap_or_default();
            let counts = house.queue.counts(SWEEP).await.unwrap_or_default();
            !born.is_empty()
                && born.iter().all(|mark| known.contains(mark))
                && counts.ready + counts.running + counts.due == 0
        },
    )
    .await;
}

pub(crate) fn times_brought(worker: &Worker, instant: Timestamp) -> usize {
    let origin = format!("tick:daily@{instant}");
    let brought = worker.brought();
    brought.iter().filter(|brought| **brought == origin).count()
}

pub(crate) fn times(worker: &Worker, instant: Timestamp) -> usize {
    let origin = format!("tick:daily@{instant}");
    worker.ran().iter().filter(|ran| **ran == origin).count()
}
