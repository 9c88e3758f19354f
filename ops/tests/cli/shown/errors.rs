//! Failures as groups.

use super::{shows, shows_each};
use crate::given::Given;

const CAUSES: [&str; 3] = [
    "550 5.1.1 no such user",
    "no template \"digest-{n}\"",
    "timed out after 1{n} ms",
];

async fn house() -> (Given, Vec<String>) {
    let given = Given::new().await;
    for (more, cause) in CAUSES.iter().enumerate() {
        given.probes(3 - more).await;
        given.buries_all(cause).await;
    }
    let groups = given.answers(&["errors", "ls", "-o", "json"]);
    let groups: serde_json::Value = serde_json::from_str(&groups).unwrap();
    let groups = groups["groups"].as_array().expect("groups").iter();
    let prints = groups.map(|group| group["fingerprint"].as_str().unwrap().to_owned());
    let prints = prints.collect();
    (given, prints)
}

#[tokio::test]
async fn what_is_read_and_retried() {
    let (given, prints) = house().await;
    shows(&given, "errors ls", &[]).await;
    shows(&given, "errors show", &[&prints[0]]).await;
    let retry = async |turn: usize| vec![prints[turn].clone(), "--yes".to_owned()];
    shows_each(&given, "errors retry", retry).await;
}
