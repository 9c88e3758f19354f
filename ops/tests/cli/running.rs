//! What runs is neither deleted nor, for good, erased: it is refused by name, and goes on.

use insta::assert_snapshot;
use platform::State;

use crate::{
    given::{Given, put_aside},
    worker::{Fate, Worker, stands},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_is_not_erased_and_who_asks_is_told_how_to_stop_it() {
    let (given, _aside) = (Given::new().await, put_aside());
    let runs = given.enqueues(&["probe"]);
    let worker = Worker::start(&given.queue, Fate::Lasts);
    stands(&given.queue, runs, State::Running).await;
    given
        .queue
        .pause("default", None, "test", "ada")
        .await
        .unwrap();
    let waits = given.enqueues(&["probe"]).to_string();
    let id = runs.to_string();

    let alone = ["job", "delete", "--for-good", "--yes", &id];
    let refused = given.says(&alone);
    assert_eq!((refused.code, refused.answer.as_str()), (Some(5), ""));
    assert_snapshot!(refused.aside, @"honeydue: [id] was not erased: it is running; nothing was changed; `honeydue job cancel` stops what runs");
    let asked = given.says(&["job", "delete", "--for-good", &id]);
    assert_eq!((asked.code, asked.aside), (Some(5), refused.aside));
    let dry = given.answers(&[&alone[..], &["--dry-run"]].concat());
    assert!(dry.contains("1 running"), "{dry}");
    let both = given.says(&[&alone[..], &[&waits]].concat());
    assert_eq!(both.code, Some(4));
    assert_snapshot!(both.answer, @"
    receipt  [id]
    erased   1
    refused  1: 1 running
    ");
    assert_snapshot!(both.aside, @"honeydue: not all of them were touched: [id]: it is running; `honeydue job cancel` stops what runs");

    stands(&given.queue, runs, State::Running).await;
    worker.stop().await;
}
