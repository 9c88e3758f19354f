//! Rings at each instant of the timetable, by apalis-cron's timer.
//!
//! A ring only makes the leader look up from its rest. What is due is decided by Redis's clock, the
//! watermark and the rows, so a timer that rings early, late or not at all costs time, never a tick.

use std::{pin::Pin, sync::Arc};

use apalis_cron::{CronScheduler, Schedule, Tick, timezone::Utc};
use futures_util::{Stream, StreamExt};
use platform::{Clock, timetable::Timetable};

#[derive(Clone)]
pub(crate) struct Instants {
    pub(crate) timetable: Arc<Timetable>,
    pub(crate) clock: Clock,
}

type Ringing = Pin<Box<dyn Stream<Item = Result<Tick<Utc>, apalis_cron::Error>> + Send>>;

pub(crate) struct Alarm {
    instants: Instants,
    ringing: Ringing,
}

impl Alarm {
    pub(crate) fn set(instants: Instants) -> Self {
        Self {
            ringing: Box::pin(CronScheduler::new(instants.clone()).into_stream()),
            instants,
        }
    }

    /// The next ring. A timetable without another instant never rings.
    pub(crate) async fn ring(&mut self) {
        match self.ringing.next().await {
            Some(Ok(_)) => {}
            // It was busy past an instant, and its stream is stuck there for good.
            Some(Err(_)) => *self = Self::set(self.instants.clone()),
            None => std::future::pending().await,
        }
    }
}

impl Schedule<Utc> for Instants {
    fn next_tick(&mut self, _: &Utc) -> Option<Tick<Utc>> {
        let now = self.clock.now();
        let schedules = self.timetable.schedules().iter();
        let next = schedules.filter_map(|schedule| schedule.next(now)).min()?;
        next.as_second().try_into().ok().map(Tick::new)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use platform::{NewJob, SWEEP, timetable::Line};

    use super::*;

    fn instants(clock: Clock, lines: &[(&str, &str)]) -> Instants {
        let line = |(id, when): &(&str, &str)| {
            Line::new(id, when, |_| Ok(NewJob::raw("probe", SWEEP, vec![])))
        };
        let timetable = Timetable::new(1, lines.iter().map(line)).unwrap();
        Instants {
            timetable: Arc::new(timetable),
            clock,
        }
    }

    #[test]
    fn it_is_set_to_the_earliest_instant_of_all_lines() {
        let now: Timestamp = "2026-11-21T13:59:00Z".parse().unwrap();
        let lines = [
            ("noon", "0 12 * * *"),
            ("two", "0 14 * * *"),
            ("five", "0 17 * * *"),
        ];
        let next = instants(Clock::at(now), &lines).next_tick(&Utc).unwrap();
        assert_eq!(
            next.get_timestamp(),
            u64::try_from(now.as_second() + 60).unwrap()
        );
    }

    #[tokio::test]
    async fn it_rings_at_every_instant() {
        let mut alarm = Alarm::set(instants(Clock::system(), &[("each", "* * * * * *")]));
        alarm.ring().await;
        alarm.ring().await;
    }

    #[tokio::test]
    async fn an_instant_that_passed_unnoticed_does_not_silence_it() {
        let past: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut alarm = Alarm::set(instants(Clock::at(past), &[("each", "* * * * * *")]));
        alarm.ring().await;
        alarm.ring().await;
    }
}
