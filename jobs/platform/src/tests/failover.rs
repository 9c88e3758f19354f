//! Jobs that keep coming while Redis is disturbed, and what became of each.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use redis::aio::MultiplexedConnection;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::{backend::work, *};

#[derive(Default)]
struct Offered {
    accepted: HashSet<JobId>,
    /// Those that a replica had, too, before anything else was offered.
    replicated: HashSet<JobId>,
    /// The longest that one slice took to be accepted.
    longest: Duration,
}

#[derive(Clone, Default)]
struct Ran(Arc<Mutex<HashMap<JobId, u32>>>);

impl Ran {
    fn with<T>(&self, what: impl FnOnce(&mut HashMap<JobId, u32>) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn many(&self) -> usize {
        self.with(|ran| ran.len())
    }

    fn has(&self, id: JobId) -> bool {
        self.with(|ran| ran.contains_key(&id))
    }
}

/// Offers jobs to a worker, disturbs Redis meanwhile, and demands that all goes on by itself: nothing
/// that a replica had is lost, and an idle worker is woken again. Answers how many were lost that
/// Redis had accepted and not yet replicated.
pub(super) async fn goes_on(queue: &Queue, disturb: impl AsyncFnOnce()) -> usize {
    let (ran, stop) = (Ran::default(), CancellationToken::new());
    let count = ran.clone();
    let working = work(queue, 20, move |job| {
        count.with(|ran| *ran.entry(job.id()).or_default() += 1);
        Ok(())
    });
    let offering = tokio::spawn(offer(queue.clone(), stop.clone()));
    standins::until("jobs run", async || ran.many() > 1000).await;
    disturb().await;
    let before = ran.many();
    standins::until("jobs run again", async || ran.many() > before + 200).await;
    stop.cancel();
    let offered = offering.await.expect("offered");
    standins::until("nothing is left", async || {
        all_gone(queue, &offered, &ran).await
    })
    .await;
    let lost = judge(&offered, &ran);
    wakes(queue, &ran).await;
    working.stop().await;
    invariant::holds(queue).await;
    lost
}

async fn offer(queue: Queue, stop: CancellationToken) -> Offered {
    let (mut offered, mut own) = (Offered::default(), None);
    while !stop.is_cancelled() {
        let ids: Vec<_> = (0..10).map(|_| JobId::fresh(None)).collect();
        let (asked, same_server) = (Instant::now(), own.is_some());
        standins::until("jobs are accepted", async || {
            let jobs = ids.iter().map(|id| job().id(*id)).collect();
            let accepted = queue.enqueue_many(jobs).await;
            accepted
                .inspect_err(|error| assert!(error.is_unreachable(), "{error}"))
                .is_ok()
        })
        .await;
        offered.longest = offered.longest.max(asked.elapsed());
        offered.accepted.extend(&ids);
        if replicated(&queue, &mut own).await && same_server {
            offered.replicated.extend(&ids);
        }
    }
    offered
}

/// Whether a replica has all that the master had when it was asked.
async fn replicated(queue: &Queue, own: &mut Option<MultiplexedConnection>) -> bool {
    let key = queue.keys(QUEUE).wake;
    if own.is_none() {
        let opened = queue.link.blocking(&key, LEASE).await.ok();
        *own = opened.map(|opened| opened.connection);
    }
    let Some(redis) = own else { return false };
    let mut ask = redis::pipe();
    ask.set(format!("{key}:mark"), 1)
        .ignore()
        .cmd("WAIT")
        .arg(1)
        .arg(50);
    let answer = ask.query_async::<(usize,)>(redis);
    let answer = timeout(Duration::from_millis(200), answer).await;
    if !matches!(answer, Ok(Ok(_))) {
        *own = None;
    }
    matches!(answer, Ok(Ok((replicas,))) if replicas > 0)
}

async fn all_gone(queue: &Queue, offered: &Offered, ran: &Ran) -> bool {
    for id in offered.accepted.iter().filter(|id| !ran.has(**id)) {
        if queue
            .show(QUEUE, *id)
            .await
            .map_or(true, |job| job.is_some())
        {
            return false;
        }
    }
    let counts = queue.counts(QUEUE).await;
    counts.is_ok_and(|counts| counts.ready + counts.running + counts.due == 0)
}

fn judge(offered: &Offered, ran: &Ran) -> usize {
    let lost: HashSet<_> = offered
        .accepted
        .iter()
        .filter(|id| !ran.has(**id))
        .collect();
    let promised = lost.iter().filter(|id| offered.replicated.contains(**id));
    assert_eq!(promised.count(), 0, "lost, and a replica had them");
    let twice = ran.with(|ran| ran.values().filter(|times| **times > 1).count());
    standins::out::aside(&format!(
        "{} accepted, {} of them seen replicated; {} lost; {twice} run more than once; \
         the longest wait to be accepted was {:?}",
        offered.accepted.len(),
        offered.replicated.len(),
        lost.len(),
        offered.longest
    ));
    lost.len()
}

/// Ten in a row, each long before the worker would look by itself: every 375 ms.
async fn wakes(queue: &Queue, ran: &Ran) {
    standins::until("an idle worker is woken", async || {
        for _ in 0..10 {
            let id = queue.enqueue(job()).await.expect("enqueued").id;
            let begun = Instant::now();
            standins::until("it has run", async || ran.has(id)).await;
            if begun.elapsed() > Duration::from_millis(150) {
                return false;
            }
        }
        true
    })
    .await;
}
