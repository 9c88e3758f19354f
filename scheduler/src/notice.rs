//! What the leader loop says of itself: log lines once per change, and metrics.

use std::mem::{discriminant, replace};

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use tracing::{info, warn};

use crate::{
    action::{Action, Answer, Place},
    seen::Seen,
    standing::Unfit,
};

const IS_LEADER: &str = "honeydue_scheduler_is_leader";
const TERM: &str = "honeydue_scheduler_term";
const TICKS: &str = "honeydue_scheduler_ticks_total";
const LAG: &str = "honeydue_scheduler_tick_lag_seconds";

/// What was said last, so that it is not said again.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    term: Option<i64>,
    unfit: Option<Unfit>,
    redis_away: bool,
    postgres_away: bool,
}

impl Notices {
    pub(crate) fn begin() -> Self {
        describe_gauge!(IS_LEADER, "1 while this replica fires the timetable.");
        describe_gauge!(TERM, "The number of its leadership; 0 while it follows.");
        describe_counter!(TICKS, "Ticks decided, by schedule and outcome.");
        describe_histogram!(LAG, "How long after its instant a tick was fired.");
        let notices = Self::default();
        notices.measure();
        notices
    }

    /// Once a round: who leads, and what keeps it from leading.
    pub(crate) fn stands(&mut self, seen: &Seen) {
        self.leads(seen.leading().map(|leading| leading.term), seen);
        self.is_fit(seen.unfit());
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
        self.measure();
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
        if *answer == Answer::Done {
            done(action);
        }
    }

    fn away(&mut self, place: Place) -> &mut bool {
        match place {
            Place::Redis => &mut self.redis_away,
            Place::Postgres => &mut self.postgres_away,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a gauge is a float, a term far from 2^53"
    )]
    fn measure(&self) {
        gauge!(IS_LEADER).set(f64::from(u8::from(self.term.is_some())));
        gauge!(TERM).set(self.term.unwrap_or_default() as f64);
    }
}

/// What has become of ticks.
fn done(action: &Action) {
    match action {
        Action::MarkFired { tick, late, .. } => {
            info!(%tick, late_s = late.map(|late| late.as_secs()), "Fired");
            decided(&tick.schedule, "fired", 1);
            if let Some(late) = late {
                lag(&tick.schedule, late.as_secs_f64());
            }
        }
        Action::MarkSkipped { tick, why } => {
            warn!(%tick, %why, "Skipped");
            decided(&tick.schedule, "skipped", 1);
        }
        Action::Skip {
            schedule,
            instants,
            why,
        } => {
            warn!(schedule, count = instants.len(), %why, "Skipped");
            decided(schedule, "skipped", instants.len());
        }
        Action::SkipShared {
            schedule,
            from,
            to,
            count,
        } => {
            warn!(schedule, %from, %to, count, "Skipped: longer ago than the window");
            decided(schedule, "skipped", *count);
        }
        Action::Begin { schedule, at, .. } => info!(schedule, %at, "A new schedule begins"),
        _ => {}
    }
}

fn decided(schedule: &str, outcome: &'static str, count: usize) {
    let schedule = schedule.to_owned();
    counter!(TICKS, "schedule" => schedule, "outcome" => outcome).increment(count as u64);
}

fn lag(schedule: &str, seconds: f64) {
    histogram!(LAG, "schedule" => schedule.to_owned()).record(seconds);
}
