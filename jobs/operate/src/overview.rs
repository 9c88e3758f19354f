//! All of it on one page, for who watches: how fast the queues go, who works, who leads, what fails.

use futures_util::future::try_join_all;
use jiff::Timestamp;
use platform::{
    Queue, State,
    inspect::{Day, JobView, Server},
    leader::Leader,
};
use serde::Serialize;

use crate::{
    Filter, Trouble,
    errors::{self, Groups},
    list,
    queues::{self, QueueView},
    redis,
};

/// Running jobs and groups of errors on it.
const SHOWN: usize = 5;
/// Jobs looked at for either, of every queue its latest dead among them.
const SCAN: usize = 1000;
/// So that a rate that is counted over midnight is right.
const DAYS: u16 = 2;

#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    pub at: Timestamp,
    pub redis: Server,
    pub workers: usize,
    pub leader: Option<Leader>,
    pub queues: Vec<Flow>,
    /// Some of those that run.
    pub running: Vec<JobView>,
    /// The most frequent sorts of failures among the jobs looked at.
    pub errors: Groups,
}

/// A queue, and what was done in it.
#[derive(Debug, Clone, Serialize)]
pub struct Flow {
    #[serde(flatten)]
    pub view: QueueView,
    /// Today first.
    pub days: Vec<Day>,
}

/// Jobs that were done, and attempts that failed, in a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub done: f64,
    pub failed: f64,
}

impl Overview {
    /// Looks once; a bounded slice of everything, whatever the backlog.
    pub async fn look(queue: &Queue) -> Result<Self, Trouble> {
        let at = redis(queue.now()).await?;
        let running = Filter::default().of_states(&[State::Running]);
        let filter = Filter::default();
        let (redis, workers, leader, queues, running, errors) = tokio::try_join!(
            redis(queue.server()),
            redis(queue.workers()),
            redis(queue.leader()),
            flows(queue),
            list(queue, &running, SHOWN, SCAN, None),
            errors::groups(queue, &filter, SCAN),
        )?;
        Ok(Self {
            at,
            redis,
            workers: workers.len(),
            leader,
            queues,
            running: running.jobs,
            errors: errors.first(SHOWN),
        })
    }

    /// How fast the queue at this place went since an earlier look.
    pub fn rate(&self, place: usize, before: &Self) -> Option<Rate> {
        let seconds = self.at.duration_since(before.at).as_secs_f64();
        let (now, then) = (self.queues.get(place)?, before.queues.get(place)?);
        (seconds > 0.0).then(|| Rate {
            done: more(now, then, |day| day.done) / seconds,
            failed: more(now, then, |day| day.failed) / seconds,
        })
    }
}

async fn flows(queue: &Queue) -> Result<Vec<Flow>, Trouble> {
    let views = queues::list(queue).await?.into_iter();
    let flows = views.map(async |view| {
        let days = redis(queue.history(&view.counts.queue, DAYS)).await?;
        Ok::<_, Trouble>(Flow { view, days })
    });
    try_join_all(flows).await
}

/// What has been added, day by day: a queue that was wiped in between has added nothing.
fn more(now: &Flow, then: &Flow, count: impl Fn(&Day) -> u64) -> f64 {
    let added = now.days.iter().map(|day| {
        let before = then.days.iter().find(|old| old.date == day.date);
        // A day that the earlier look did not show yet began after it, or was over long before.
        let is_new = then.days.iter().all(|old| old.date < day.date);
        let before = before.map_or(if is_new { 0 } else { count(day) }, &count);
        count(day).saturating_sub(before)
    });
    let added: u64 = added.sum();
    f64::from(u32::try_from(added).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use platform::inspect::Counts;

    use super::*;

    fn day(date: &str, done: u64) -> Day {
        Day {
            date: date.parse().expect("a date"),
            done,
            failed: 0,
            lost: 0,
            dead: 0,
            cancelled: 0,
        }
    }

    fn seen(at: &str, days: &[(&str, u64)]) -> Overview {
        let view = QueueView {
            counts: Counts::default(),
            oldest_s: None,
            paused: None,
        };
        let days = days.iter().map(|(date, done)| day(date, *done)).collect();
        Overview {
            at: at.parse().expect("an instant"),
            redis: Server::default(),
            workers: 0,
            leader: None,
            queues: vec![Flow { view, days }],
            running: Vec::new(),
            errors: Groups::default(),
        }
    }

    #[test]
    fn a_rate_is_what_was_added_also_over_midnight_and_never_negative() {
        let before = seen(
            "2026-11-21T23:59:58Z",
            &[("2026-11-21", 100), ("2026-11-20", 7)],
        );
        let done = |days: &[(&str, u64)]| {
            let after = seen("2026-11-22T00:00:02Z", days);
            after.rate(0, &before).map(|rate| rate.done)
        };
        assert_eq!(done(&[("2026-11-22", 2), ("2026-11-21", 110)]), Some(3.0));
        assert_eq!(done(&[("2026-11-21", 3), ("2026-11-20", 0)]), Some(0.0));
        assert_eq!(before.rate(0, &before), None);
    }
}
