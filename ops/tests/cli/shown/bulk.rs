//! Work in bulk: done, taken back, gone on with.

use operate::Operator;
use serde_json::json;

use super::{shows, shows_each};
use crate::given::Given;

async fn house() -> Given {
    let given = Given::new().await;
    given.probes(20).await;
    given.buries_all("550 5.1.1 no such user").await;
    given
}

#[tokio::test]
async fn what_is_done_to_many() {
    let given = house().await;
    let some = ["--kind", "probe", "--max", "2", "--yes", "--by", "ada"];
    shows(
        &given,
        "job retry",
        &[&some[..], &["--rate", "50/s"]].concat(),
    )
    .await;
    shows(&given, "job delete", &some).await;
}

fn deleted(given: &Given) -> String {
    let args = [
        "job", "delete", "--all", "--max", "2", "--yes", "-o", "json",
    ];
    let done: serde_json::Value = serde_json::from_str(&given.answers(&args)).unwrap();
    done["receipt"].as_str().expect("a receipt").to_owned()
}

/// As one that was cut off leaves it.
async fn begun(given: &Given) -> String {
    let operator = Operator {
        queue: given.queue.clone(),
        store: given.store.clone(),
        by: "ada".to_owned(),
    };
    let plan = json!({ "verb": "retry", "filter": { "states": ["dead"] }, "max": 2 });
    let begun = operator.begin("job retry", Some("the relay is back"), plan);
    begun.await.unwrap().id.to_string()
}

#[tokio::test]
async fn what_is_taken_back_and_gone_on_with() {
    let given = house().await;
    shows_each(&given, "job undo", async |_| vec![deleted(&given)]).await;
    shows_each(&given, "job resume", async |_| vec![begun(&given).await]).await;
}

#[tokio::test]
async fn what_was_done() {
    let given = house().await;
    let why = ["--by", "ada", "--reason", "fixed by the last deploy"];
    given.answers(&[&["job", "retry", "--all", "--yes"], &why[..]].concat());
    begun(&given).await;
    shows(&given, "audit ls", &[]).await;
}
