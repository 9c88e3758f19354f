//! What must be true when the trouble is over.

use futures_util::{StreamExt as _, stream};
use platform::{JobId, Queue, State};
use standins::out::aside;

use crate::{book::Told, house::House, offer::Offered, work::QUEUE};

const ENDS: [&str; 3] = ["done", "dead", "cancelled"];

#[derive(Default)]
struct Found {
    lost: usize,
    done: usize,
    dead: usize,
    cancelled: usize,
}

/// Panics if a job was lost, settled twice, or ended in a way that nothing explains.
pub(crate) async fn check(house: &House, offered: &Offered, rounds: usize) {
    let told = house.told();
    let twice = told.0.keys().filter(|id| told.of(**id, &ENDS) > 1).count();
    let too_many = settled_too_often(&house.queue).await;
    let again = told.0.keys().filter(|id| told.of(**id, &["began"]) > 1);
    let again = again.count();
    let mut found = Found::default();
    let mut looks = stream::iter(&offered.accepted)
        .map(|id| look(&house.queue, *id))
        .buffer_unordered(50);
    while let Some((id, state)) = looks.next().await {
        found.count(id, state, offered, &told);
    }
    let Found {
        lost,
        done,
        dead,
        cancelled,
    } = found;
    aside(&format!(
        "chaos: {rounds} troubles, {} jobs accepted: {done} done, {dead} dead, {cancelled} cancelled; \
         {again} began more than once; {lost} lost, {} settled twice",
        offered.accepted.len(),
        twice.max(too_many),
    ));
    assert_eq!(
        (lost, twice, too_many),
        (0, 0, 0),
        "lost, and settled twice"
    );
}

/// By how much more settlements Redis has counted than jobs have ended. A worker that was refused, or
/// gave its job up, says so in its book; Redis counts what was really done.
async fn settled_too_often(queue: &Queue) -> usize {
    let (days, ended) = (queue.history(QUEUE, 2).await, queue.counts(QUEUE).await);
    let days = days.expect("an answer");
    let settled: u64 = days
        .iter()
        .map(|day| day.done + day.dead + day.cancelled)
        .sum();
    let ended = ended.expect("an answer");
    usize::try_from(settled - (ended.done + ended.dead)).expect("few")
}

async fn look(queue: &Queue, id: JobId) -> (JobId, Option<State>) {
    let job = queue.show(QUEUE, id).await.expect("an answer");
    if let Some(dead) = job.as_ref().filter(|job| job.state == State::Dead) {
        assert!(!dead.errors.is_empty(), "{id} is dead without a reason");
    }
    (id, job.map(|job| job.state))
}

impl Found {
    fn count(&mut self, id: JobId, state: Option<State>, offered: &Offered, told: &Told) {
        match state {
            None => self.lost += 1,
            Some(State::Done) => {
                assert!(told.of(id, &["began"]) > 0, "{id} is done and never began");
                self.done += 1;
            }
            Some(State::Dead) => self.dead += 1,
            Some(State::Cancelled) => {
                assert!(
                    offered.called_off.contains(&id),
                    "{id}: nobody cancelled it"
                );
                self.cancelled += 1;
            }
            Some(state) => panic!("{id} is still {state}"),
        }
    }
}
