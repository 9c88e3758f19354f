//! Jobs run by an unmodified apalis worker.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use apalis::prelude::{BoxDynError, Data, Monitor, WorkerBuilder, WorkerBuilderExt};
use tokio::task::JoinHandle;

use super::*;
use crate::{Backend, Claimed, Drain, Ended, Outcome, Pace};

type Handler = Arc<dyn Fn(&Claimed) -> Outcome + Send + Sync>;

/// The payload of a job that never ends by itself.
const ENDLESS: &[u8] = b"endless";

/// Only a lease is as long as ever: however slow the machine, it does not end while a job runs.
fn pace() -> Pace {
    Pace {
        job_lease: Pace::STANDARD.job_lease,
        ..Pace::STANDARD.faster(20)
    }
}

pub(super) struct Working {
    drain: Drain,
    rounds: Arc<AtomicUsize>,
    ended: JoinHandle<()>,
}

pub(super) fn work(
    queue: &Queue,
    concurrency: usize,
    handler: impl Fn(&Claimed) -> Outcome + Send + Sync + 'static,
) -> Working {
    work_at(pace(), queue, concurrency, handler)
}

pub(super) fn work_at(
    pace: Pace,
    queue: &Queue,
    concurrency: usize,
    handler: impl Fn(&Claimed) -> Outcome + Send + Sync + 'static,
) -> Working {
    async fn run(job: Claimed, handler: Data<Handler>) -> Result<Ended, BoxDynError> {
        if job.read().is_ok_and(|(_, _, payload)| payload == ENDLESS) {
            std::future::pending::<()>().await;
        }
        Ok(Ended(handler(&job)))
    }
    let handler: Handler = Arc::new(handler);
    let (queue, drain) = (queue.clone(), Drain::default());
    let (soft, stop) = (drain.soft.clone(), drain.clone());
    let rounds = Arc::<AtomicUsize>::default();
    let beats = rounds.clone();
    let monitor = Monitor::new().register(move |_| {
        let backend = Backend::new(queue.clone(), QUEUE, concurrency)
            .pace(pace)
            .drain(stop.clone())
            .beat({
                let rounds = beats.clone();
                move || {
                    rounds.fetch_add(1, Ordering::Relaxed);
                }
            });
        WorkerBuilder::new("test")
            .backend(backend)
            .concurrency(concurrency)
            .data(handler.clone())
            .catch_panic()
            .build(run)
    });
    let ended = tokio::spawn(async move {
        let told = async move {
            soft.cancelled().await;
            Ok(())
        };
        monitor.run_with_signal(told).await.unwrap();
    });
    Working {
        drain,
        rounds,
        ended,
    }
}

impl Working {
    pub(super) async fn stop(self) {
        self.drain.soft.cancel();
        self.ended.await.unwrap();
    }

    /// Until it has asked for jobs.
    pub(super) async fn has_begun(&self) {
        standins::until("a claim is under way", async || {
            self.rounds.load(Ordering::Relaxed) > 0
        })
        .await;
    }
}

async fn empty(queue: &Queue) {
    standins::until("the queue is empty", || async {
        let counts = queue.counts(QUEUE).await.unwrap();
        counts.ready + counts.running + counts.due == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_jobs_due_in_the_same_second_all_run_once() {
    let queue = queue().await;
    let at = soon(&queue).await;
    queue
        .enqueue_many((0..20_000).map(|_| job().at(at)).collect())
        .await
        .unwrap();
    let ran = Arc::new(AtomicUsize::new(0));
    let count = ran.clone();
    let working = work(&queue, 100, move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    });
    empty(&queue).await;
    assert_eq!(ran.load(Ordering::Relaxed), 20_000);
    working.stop().await;
    invariant::holds(&queue).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_enqueued_on_an_idle_worker_runs_without_waiting_for_a_timer() {
    let queue = queue().await;
    let working = work(&queue, 1, |_| Ok(()));
    for _ in 0..20 {
        let begun = tokio::time::Instant::now();
        queue.enqueue(job()).await.unwrap();
        empty(&queue).await;
        // By itself an idle worker looks only every half lease, which is 7.5 s.
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{:?}",
            begun.elapsed()
        );
    }
    working.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_worker_is_woken_though_a_full_one_took_the_token() {
    let queue = queue().await;
    let endless = NewJob::raw("probe", QUEUE, ENDLESS.to_vec());
    let full = work(&queue, 1, |_| Ok(()));
    full.has_begun().await;
    // Claimed by the clock, so that its process still waits for a token.
    let at = soon(&queue).await;
    let id = queue.enqueue(endless.at(at)).await.unwrap().id;
    standins::until("it runs", async || {
        state(&queue, id).await == Some(crate::State::Running)
    })
    .await;
    let idle = work(&queue, 1, |_| Ok(()));
    idle.has_begun().await;
    let begun = tokio::time::Instant::now();
    let next = queue.enqueue(job()).await.unwrap().id;
    standins::until("the idle one took it", async || {
        state(&queue, next).await.is_none()
    })
    .await;
    // By itself an idle worker looks only every half lease, which is 7.5 s.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    queue.cancel(QUEUE, id, "test").await.unwrap();
    full.stop().await;
    idle.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_failure_like_any_other_and_ends_no_worker() {
    let queue = queue().await;
    let id = queue.enqueue(job().max_attempts(2)).await.unwrap().id;
    let working = work(&queue, 1, move |job| {
        assert!(job.id() != id, "this one panics");
        Ok(())
    });
    let other = queue.enqueue(job()).await.unwrap().id;
    empty(&queue).await;
    let shown = queue.show(QUEUE, id).await.unwrap().unwrap();
    assert_eq!((shown.state, shown.attempt), (crate::State::Dead, 2));
    assert_eq!(shown.errors[0].code, "panic");
    assert_eq!(state(&queue, other).await, None);
    working.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_nobody_can_read_is_buried_with_its_error() {
    let queue = queue().await;
    let id = queue.enqueue(job()).await.unwrap().id;
    let keys = queue.keys(QUEUE);
    let mut redis = queue.link.shared();
    let () = redis::AsyncCommands::hset(&mut redis, &keys.jobs, id.as_bytes(), b"\x01rubbish")
        .await
        .unwrap();
    let working = work(&queue, 1, |job| match job.read() {
        Ok(_) => Ok(()),
        Err(corrupt) => Err(crate::Failure::Fatal(anyhow::anyhow!(corrupt))),
    });
    empty(&queue).await;
    assert_eq!(state(&queue, id).await, Some(crate::State::Dead));
    working.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_claim_brings_after_the_drain_began_is_handed_back() {
    let redis = standins::Redis::start(&[]).await.unwrap();
    let queue = Queue::connect(&redis.url(), "").unwrap();
    let id = queue.enqueue(job()).await.unwrap().id;
    redis.pause();
    let mut working = work(&queue, 1, |_| Ok(()));
    working.has_begun().await;
    working.drain.soft.cancel();
    let ended = tokio::time::timeout(Duration::from_millis(100), &mut working.ended).await;
    assert!(ended.is_err(), "it ended before its claim was answered");
    redis.resume();
    working.stop().await;
    let shown = queue.show(QUEUE, id).await.unwrap().unwrap();
    assert_eq!((shown.state, shown.attempt), (crate::State::Ready, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_job_that_is_cancelled_is_dropped() {
    let queue = queue().await;
    let endless = NewJob::raw("probe", QUEUE, ENDLESS.to_vec());
    let id = queue.enqueue(endless).await.unwrap().id;
    let working = work(&queue, 1, |_| Ok(()));
    standins::until("it runs", async || {
        state(&queue, id).await == Some(crate::State::Running)
    })
    .await;
    let wish = queue.cancel(QUEUE, id, "test").await.unwrap();
    assert_eq!(wish, crate::Wish::Stopping);
    empty(&queue).await;
    assert_eq!(state(&queue, id).await, None);
    working.stop().await;
}
