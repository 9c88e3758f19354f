//! `job retry`: a second life for the dead, and for nobody else.

use insta::assert_snapshot;
use platform::{Job, JobId, State, inspect::JobView};
use serde::{Deserialize, Serialize};

use crate::{
    given::{Given, put_aside},
    worker::{Fate, work},
};

/// A probe of which one may stand at a time: no kind has a key as yet.
#[derive(Serialize, Deserialize)]
struct Keyed {}

impl Job for Keyed {
    const NAME: &'static str = "probe";
    const QUEUE: &'static str = "default";

    fn key(&self) -> Option<String> {
        Some("user:7".to_owned())
    }
}

async fn show(given: &Given, id: JobId) -> JobView {
    let shown = given.queue.show("default", id).await;
    shown.expect("Redis answers").expect("it stands")
}

/// What an operator is told whose retry is refused; the job stays as it was.
async fn refusal(given: &Given, id: JobId) -> String {
    let before = show(given, id).await;
    let said = given.says(&["job", "retry", &id.to_string()]);
    assert_eq!((said.code, said.answer.as_str()), (Some(5), ""), "{said:?}");
    assert_eq!(show(given, id).await, before);
    said.aside
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dead_are_ready_again_with_all_their_attempts_and_a_second_time_is_refused() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe", "--max-attempts", "1"]);
    work(&given.queue, Fate::Fails, id, State::Dead).await;

    let retried = given.says(&["job", "retry", &id.to_string()]);
    assert_eq!(retried.code, Some(0));
    assert_snapshot!(retried.answer, @"
    receipt  [id]
    retried  1
    ");
    assert_snapshot!(retried.aside, @"");
    let job = show(&given, id).await;
    assert_eq!((job.state, job.attempt), (State::Ready, 0));
    assert_snapshot!(refusal(&given, id).await, @"honeydue: [id] was not retried: it is ready; nothing was changed");
}

#[tokio::test]
async fn what_waits_for_its_time_is_not_made_ready_by_a_retry() {
    let (given, _aside) = (Given::new().await, put_aside());
    let id = given.enqueues(&["probe", "--at", "2126-01-01T09:00:00Z"]);
    assert_snapshot!(refusal(&given, id).await, @"honeydue: [id] was not retried: it is scheduled; nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_whose_key_another_holds_is_refused_and_the_holder_named() {
    let given = Given::new().await;
    let dead = given.queue.enqueue(&Keyed {}).await.unwrap().id;
    work(&given.queue, Fate::FailsForGood, dead, State::Dead).await;
    let holder = given.queue.enqueue(&Keyed {}).await.unwrap();
    assert!(holder.accepted(), "{holder:?}");

    let told = refusal(&given, dead).await;
    let holds = format!(
        "job {} holds its unique key now; nothing was changed\n",
        holder.id
    );
    assert!(told.ends_with(&holds), "{told}");
}
