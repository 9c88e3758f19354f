//! Two scenes with nothing left to chance.

use platform::{JobId, NewJob};
use standins::{out::aside, until_or};
use tokio::time::Instant;

use crate::{
    book::Told,
    house::House,
    work::{How, QUEUE, Task},
};

/// So many jobs of one sort, each of which takes a few leases.
async fn jobs(house: &House, how: How, many: usize) -> Vec<JobId> {
    let lease = u64::try_from(house.pace.job_lease.as_millis()).expect("a lease");
    let (ms, fails) = match how {
        How::Block => (lease * 2, 1),
        _ => (lease * 2, 0),
    };
    let payload = serde_json::to_vec(&Task { ms, fails, how }).expect("JSON");
    let ids: Vec<_> = (0..many).map(|_| JobId::fresh(None)).collect();
    let job = |id: &JobId| NewJob::raw("chaos", QUEUE, payload.clone()).id(*id);
    let jobs = ids.iter().map(job).collect();
    house.queue.enqueue_many(jobs).await.expect("accepted");
    ids
}

async fn all_began(house: &House, ids: &[JobId], times: usize) {
    let began = async || {
        let told = house.told();
        ids.iter().all(|id| told.of(*id, &["began"]) >= times)
    };
    let logs = || format!("all began {times} times:\n{}", house.logs());
    until_or(logs, began).await;
}

/// `kill -9` with fifty jobs running: they start again when their leases have expired.
pub(crate) async fn all_start_again(house: &mut House) {
    house.hire();
    let ids = jobs(house, How::Retry, House::FULL).await;
    all_began(house, &ids, 1).await;
    house.workers[0].process.kill9();
    let killed = Instant::now();
    house.hire_up_to(2);
    all_began(house, &ids, 2).await;
    aside(&format!(
        "kill -9 with {} running: all began again after {:.1?} (a lease is {:?})",
        ids.len(),
        killed.elapsed(),
        house.pace.job_lease
    ));
    house.until_nothing_waits().await;
}

/// A worker that slept through its leases: what it ran is done by another, and it settles none of it.
pub(crate) async fn who_stalled_settles_nothing(house: &mut House) {
    house.workers.clear();
    house.hire();
    let ids = jobs(house, How::Retry, House::FULL).await;
    all_began(house, &ids, 1).await;
    house.workers[0].process.pause();
    house.hire();
    all_began(house, &ids, 2).await;
    let stalled = &house.workers[0];
    stalled.process.resume();
    let lost = || Told::read([&stalled.book]).count(&["lost"]);
    let logs = || format!("the stalled one lost all:\n{}", house.logs());
    until_or(logs, async || lost() == ids.len()).await;
    house.until_nothing_waits().await;
    let told = Told::read([&house.workers[0].book]);
    assert_eq!(
        told.count(&["done", "unknown"]),
        0,
        "it settled what another has"
    );
    aside("SIGSTOP past the lease, then SIGCONT: all it ran was dropped, none of it settled twice");
}

/// A worker whose job holds its only thread: it cannot extend the lease, and goes on as if nothing
/// were wrong.
pub(crate) async fn who_blocked_settles_nothing(house: &mut House) {
    house.workers.clear();
    house.hire();
    let ids = jobs(house, How::Block, 1).await;
    standins::until("it blocks", async || house.told().count(&["began"]) > 0).await;
    let blocked = house.workers[0].book.clone();
    house.hire();
    let lost = async || Told::read([&blocked]).count(&["lost"]) > 0;
    until_or(|| format!("it lost one:\n{}", house.logs()), lost).await;
    house.until_nothing_waits().await;
    let told = house.told();
    let twice = ids.iter().filter(|id| told.of(**id, &["done"]) > 1).count();
    assert_eq!(twice, 0, "settled twice");
    aside("a job that blocks its worker past its lease: not settled twice");
}
