//! Jobs of every sort that keep coming, and what was promised of each.

use std::collections::HashSet;

use jiff::SignedDuration;
use platform::{JobId, NewJob, Queue, Wish};
use rand::{Rng as _, rngs::SmallRng};
use tokio::{
    task::JoinHandle,
    time::{Duration, Interval, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use crate::work::{How, QUEUE, Task};

#[derive(Default)]
pub(crate) struct Offered {
    pub(crate) accepted: Vec<JobId>,
    /// Those that somebody asked to cancel, and was not refused.
    pub(crate) called_off: HashSet<JobId>,
}

pub(crate) struct Offering {
    stop: CancellationToken,
    task: JoinHandle<Offered>,
}

impl Offering {
    pub(crate) fn begin(queue: Queue, seed: u64, chance: SmallRng) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(offer(queue, seed, chance, stop.clone()));
        Self { stop, task }
    }

    pub(crate) async fn stop(self) -> Offered {
        self.stop.cancel();
        self.task.await.expect("offered")
    }
}

async fn offer(queue: Queue, seed: u64, mut chance: SmallRng, stop: CancellationToken) -> Offered {
    let mut offered = Offered::default();
    let mut every = often();
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        let many = chance.random_range(1..30);
        let jobs: Vec<_> = (0..many)
            .map(|n| {
                let id = JobId::derived_from(&format!("{seed}-{}-{n}", offered.accepted.len()));
                (id, task(&mut chance))
            })
            .collect();
        accept(&queue, &mut chance, &jobs).await;
        offered.accepted.extend(jobs.iter().map(|(id, _)| *id));
        call_off(&queue, &mut chance, &mut offered).await;
    }
    offered
}

/// What could not be offered while Redis was away is not made up for.
fn often() -> Interval {
    let mut every = interval(Duration::from_millis(20));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    every
}

/// Asks until it was accepted: with ids of their own, asking again is harmless.
async fn accept(queue: &Queue, chance: &mut SmallRng, jobs: &[(JobId, Task)]) {
    let mut every = often();
    loop {
        every.tick().await;
        let wait = SignedDuration::from_millis(chance.random_range(-2000..1000));
        let at = jiff::Timestamp::UNIX_EPOCH;
        let at = queue.now().await.map_or(at, |now| now + wait);
        let new = |(id, task): &(JobId, Task)| {
            let payload = serde_json::to_vec(task).expect("JSON");
            let job = NewJob::raw("chaos", QUEUE, payload).id(*id).at(at);
            let most = if task.how == How::Abort { 3 } else { 100 };
            job.max_attempts(most).backoff(Duration::from_millis(1))
        };
        match queue.enqueue_many(jobs.iter().map(new).collect()).await {
            Ok(_) => return,
            Err(error) => assert!(error.is_unreachable(), "{error}"),
        }
    }
}

/// Most do what they should; some take a while, some fail first, very few take their worker down.
fn task(chance: &mut SmallRng) -> Task {
    let ms = match chance.random_range(0..20) {
        0 => 500,
        1..10 => chance.random_range(0..30),
        _ => 0,
    };
    let (fails, how) = match chance.random_range(0..6000) {
        0 => (100, How::Abort),
        1..100 => (100, How::Fatal),
        100..300 => (chance.random_range(1..3), How::Panic),
        300..500 => (chance.random_range(1..4), How::Retry),
        500..600 => (1, How::Later),
        _ => (0, How::Retry),
    };
    Task { ms, fails, how }
}

async fn call_off(queue: &Queue, chance: &mut SmallRng, offered: &mut Offered) {
    if chance.random_range(0..10) > 0 {
        return;
    }
    let Some(back) = offered
        .accepted
        .len()
        .checked_sub(chance.random_range(1..40))
    else {
        return;
    };
    let id = offered.accepted[back];
    // Without an answer it may have been called off.
    match queue.cancel(QUEUE, id, "changed my mind").await {
        Ok(Wish::TooLate(_)) => {}
        Ok(_) | Err(_) => drop(offered.called_off.insert(id)),
    }
}
