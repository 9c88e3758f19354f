//! What the leader loop says of itself: a log line once per change, and what is measured with it.

use std::mem::{discriminant, replace};

use tracing::{info, warn};

use crate::{
    action::{Action, Answer, Place, Why},
    measures,
    seen::Seen,
    standing::Unfit,
};

/// What was said last, so that it is not said again.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    term: Option<i64>,
    unfit: Option<Unfit>,
    /// The newer timetable in whose stead it leads.
    older_than: Option<u32>,
    redis_away: bool,
    postgres_away: bool,
}

impl Notices {
    pub(crate) fn begin() -> Self {
        measures::describe();
        Self::default()
    }

    /// Once a round: who leads, and what keeps it from leading.
    pub(crate) fn stands(&mut self, seen: &Seen) {
        self.leads(seen.leading().map(|leading| leading.term), seen);
        self.is_fit(seen.unfit());
        self.is_newest(seen);
        let renewed = seen
            .leading()
            .map_or(seen.now, |leading| leading.renewed_at);
        measures::lease_age(seen.now.saturating_sub(renewed));
    }

    fn leads(&mut self, term: Option<i64>, seen: &Seen) {
        if term == self.term {
            return;
        }
        if let Some(term) = term {
            info!(term, version = seen.timetable.version(), "Leading");
        } else {
            info!(term = self.term, "No longer leading");
        }
        self.term = term;
        measures::leads(term);
    }

    /// A skew that changes by a millisecond is still the same trouble.
    fn is_fit(&mut self, unfit: Option<Unfit>) {
        if unfit.as_ref().map(discriminant) == self.unfit.as_ref().map(discriminant) {
            return;
        }
        if let Some(why) = unfit {
            warn!(%why, "Not fit to lead");
        } else {
            info!("Fit to lead again");
        }
        self.unfit = unfit;
    }

    /// A timetable that was rolled back fires what it knows, and says that there was another.
    fn is_newest(&mut self, seen: &Seen) {
        let mine = seen.timetable.version();
        let leading = seen.leading().filter(|_| seen.unfit().is_none());
        let newer = leading.and_then(|leading| leading.newer_than(mine));
        let older_than = newer.map(|newer| newer.version);
        if let Some(newer) = newer.filter(|_| older_than != self.older_than) {
            let (newer, ago) = (newer.version, newer.ago.as_secs());
            warn!(
                version = mine,
                newer,
                ago_s = ago,
                "Leading by an older timetable"
            );
        }
        self.older_than = older_than;
    }

    pub(crate) fn failed(&mut self, place: Place, error: &anyhow::Error) {
        if !replace(self.away(place), true) {
            warn!(%place, error = format!("{error:#}"), "No answer; trying on");
        }
    }

    pub(crate) fn learnt(&mut self, action: &Action, answer: &Answer) {
        let place = action.place();
        if *answer != Answer::Failed && replace(self.away(place), false) {
            info!(%place, "Answers again");
        }
        match answer {
            Answer::Done => done(action),
            Answer::Clock { ahead, .. } => measures::skew(*ahead),
            _ => {}
        }
    }

    fn away(&mut self, place: Place) -> &mut bool {
        match place {
            Place::Redis => &mut self.redis_away,
            Place::Postgres => &mut self.postgres_away,
        }
    }
}

/// What has become of ticks.
fn done(action: &Action) {
    match action {
        Action::MarkFired { tick, late, .. } => {
            info!(%tick, late_s = late.map(|late| late.as_secs()), "Fired");
            measures::fired(&tick.schedule, tick.instant, *late);
        }
        Action::MarkSkipped { tick, why } => {
            warn!(%tick, %why, "Skipped");
            measures::skipped(&tick.schedule, why, 1);
        }
        Action::Skip {
            schedule,
            instants,
            why,
        } => {
            warn!(schedule, count = instants.len(), %why, "Skipped");
            measures::skipped(schedule, why, instants.len());
        }
        Action::SkipShared {
            schedule,
            from,
            to,
            count,
        } => {
            warn!(schedule, %from, %to, count, "Skipped: longer ago than the window");
            measures::skipped(schedule, &Why::TooLate, *count);
        }
        Action::Begin { schedule, at, .. } => info!(schedule, %at, "A new schedule begins"),
        _ => {}
    }
}
