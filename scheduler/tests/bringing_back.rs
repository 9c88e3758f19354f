//! What becomes of a tick's job that Redis brings back after the tick was decided.

mod house;

use std::sync::Arc;

use apalis::prelude::{BoxDynError, Data, WorkerBuilder};
use async_trait::async_trait;
use house::{House, ago, brisk};
use kinds::{
    Context, Links, Runner,
    ports::{Commit, Email, Mailer, Sent},
};
use platform::{Backend, Claimed, Ended, NewJob, SWEEP, State, timetable::TickId};
use standins::until;
use tokio_util::task::AbortOnDropHandle;

/// Nothing here sends mail.
struct NoMail;

#[async_trait]
impl Mailer for NoMail {
    async fn send(&self, _: &Email, _: &dyn Commit) -> Sent {
        Sent::NotMine
    }
}

async fn run(job: Claimed, runner: Data<Runner>) -> Result<Ended, BoxDynError> {
    Ok(runner.run(&job).await)
}

fn work(house: &House) -> AbortOnDropHandle<()> {
    let runner = Runner::new(Context {
        store: house.store.clone(),
        queue: house.queue.clone(),
        mailer: Arc::new(NoMail),
        push: None,
        mail_limit: None,
        pace: brisk(),
        links: Links::new("a key", "https://honeydue.example.com"),
        mail_domain: String::new(),
    });
    let worker = WorkerBuilder::new("real")
        .backend(Backend::new(house.queue.clone(), SWEEP, 4).pace(brisk()))
        .data(runner)
        .build(run);
    let running = async move { worker.run().await.expect("nothing ends a worker") };
    AbortOnDropHandle::new(tokio::spawn(running))
}

/// A tick whose row stands so, and whose job would die if it ran.
async fn deadly(house: &House, seconds_ago: i64, finished: bool) -> TickId {
    let tick = TickId::due("sweep", ago(seconds_ago));
    let (id, store) = (tick.to_string(), &house.store);
    let new = store.record_pending(&id, "sweep", tick.instant, None).await;
    assert!(new.expect("Postgres answers"));
    if finished {
        assert!(store.finished(&id).await.expect("Postgres answers"));
    }
    let job = NewJob::raw("probe", SWEEP, br#"{"fail":"fatal"}"#.to_vec());
    let job = job.id(tick.job()).origin(format!("tick:{id}"));
    let receipt = house.queue.enqueue(job).await.expect("Redis answers");
    assert!(receipt.accepted());
    tick
}

async fn stands(house: &House, tick: &TickId) -> Option<State> {
    let shown = house.queue.show(SWEEP, tick.job()).await;
    shown.expect("Redis answers").map(|job| job.state)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_an_old_redis_brings_back_does_nothing() {
    let house = House::new().await;
    let finished = deadly(&house, 120, true).await;
    let open = deadly(&house, 60, false).await;
    let _working = work(&house);
    until("the open one has run", async || {
        stands(&house, &open).await == Some(State::Dead)
    })
    .await;
    until("the finished one is gone", async || {
        stands(&house, &finished).await.is_none()
    })
    .await;
}
