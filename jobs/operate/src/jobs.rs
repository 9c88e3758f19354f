//! One job by its id, and what an operator may do with it next.

use futures_util::future::try_join_all;
use platform::{JobId, Queue, State, inspect::JobView};

use crate::{Trouble, redis, veil::veiled};

/// Looks in every queue: an id does not say in which it stands.
pub async fn find(queue: &Queue, id: JobId) -> Result<JobView, Trouble> {
    let looks = kinds::catalog().queues().into_iter();
    let looks = looks.map(|name| redis(queue.show(name, id)));
    let found = try_join_all(looks).await?.into_iter().flatten().next();
    found.ok_or_else(|| {
        Trouble::NotFound(format!(
            "no job {id} stands in any queue; it may be done, which is not kept"
        ))
    })
}

/// As it is shown: without what in its payload may be a person.
pub fn shown(job: JobView) -> JobView {
    veiled(job)
}

/// The command that most likely comes next.
pub fn advice(job: &JobView) -> Option<String> {
    let id = job.id;
    let unknown = kinds::catalog().kind(&job.kind).is_none();
    match job.state {
        State::Dead if unknown => Some(format!(
            "No program of this version does jobs of kind {}. Deploy one that does, then `honeydue job retry {id}`.",
            job.kind
        )),
        State::Dead => Some(format!(
            "Give it all its attempts again with `honeydue job retry {id}`."
        )),
        State::Retrying => Some(format!(
            "It is tried again by itself. Sooner with `honeydue job edit {id} --at now`; never with `honeydue job cancel {id}`."
        )),
        State::Scheduled => Some(format!(
            "Let it go sooner with `honeydue job edit {id} --at now`; call it off with `honeydue job cancel {id}`."
        )),
        State::Running => Some(format!("Stop it with `honeydue job cancel {id}`.")),
        State::Ready => Some(format!(
            "It waits for a worker. See that there are some with `honeydue worker ls`, and that {} is not paused with `honeydue queue show {}`.",
            job.queue, job.queue
        )),
        State::Done | State::Cancelled => None,
    }
}
