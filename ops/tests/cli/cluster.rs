//! On a Redis Cluster every verb does what it does elsewhere: no script of ours touches a key that it did
//! not name.

use platform::{Scope, State};
use serde_json::Value;
use standins::Cluster;

use crate::{
    given::Given,
    verbs,
    worker::{Fate, work},
};

const LATER: &str = "2126-01-01T09:00:00Z";

async fn house() -> (Cluster, Given) {
    let cluster = Cluster::start(3, 3).await.expect("a cluster");
    let given = Given::beside(cluster.url()).await;
    (cluster, given)
}

/// What a verb says as JSON of one thing.
fn told(given: &Given, args: &[&str]) -> Value {
    let answer = given.answers(&[args, &["-o", "json"]].concat());
    serde_json::from_str(&answer).expect("an answer as JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_verb_is_refused_by_a_cluster() {
    let (_cluster, given) = house().await;
    for verb in verbs::all().iter().filter(|verb| verb[0] != "demo") {
        let name = verb.join(" ");
        let words: Vec<&str> = verb.iter().map(String::as_str).collect();
        let said = given.says(&[&words, verbs::needs(&name)].concat());
        // What is not there is not found, what is away is away; nothing is an error.
        assert!(matches!(said.code, Some(0 | 3 | 6 | 7)), "{name}: {said:?}");
        assert_eq!(
            said.code == Some(6),
            name.starts_with("import"),
            "{name}: {said:?}"
        );
    }
    let findings = given.says(&["doctor", "--no-probe", "-o", "jsonl"]).answer;
    assert!(
        !findings.contains(r#""check":"redis","level":"critical""#),
        "{findings}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_job_goes_through_every_hand_on_a_cluster() {
    let (_cluster, given) = house().await;
    let id = given.enqueues(&["probe", "--max-attempts", "1", "--key", "user:7"]);
    work(&given.queue, Fate::FailsForGood, id, State::Dead).await;
    let id = id.to_string();
    let dead = || told(&given, &["queue", "ls"])[0]["dead"].clone();
    assert_eq!(dead(), 1);
    let group = told(&given, &["errors", "ls"])["groups"][0].clone();
    let fingerprint = group["fingerprint"].as_str().unwrap();
    assert_eq!(
        told(&given, &["errors", "retry", fingerprint, "--yes"])["touched"],
        1
    );
    assert_eq!(told(&given, &["job", "show", &id])["state"], "ready");
    assert_eq!(
        told(&given, &["lock", "ls"])["locks"][0]["holder"],
        id.as_str()
    );
    given.answers(&["lock", "break", "user:7", "--yes"]);
    given.answers(&["job", "edit", &id, "--set", "sleep_ms=5"]);
    assert_eq!(
        told(&given, &["job", "show", &id])["payload"]["sleep_ms"],
        5
    );
    assert_eq!(told(&given, &["job", "cancel", &id])["touched"], 1);

    let later = given.enqueues(&["probe", "--at", LATER]).to_string();
    let deleted = told(&given, &["job", "delete", "--state", "scheduled", "--yes"]);
    assert_eq!(deleted["touched"], 1);
    given.answers(&["job", "undo", deleted["receipt"].as_str().unwrap()]);
    assert_eq!(told(&given, &["job", "show", &later])["state"], "scheduled");
    given.answers(&["job", "edit", &later, "--at", "now"]);
    assert_eq!(told(&given, &["job", "show", &later])["state"], "ready");
    given.answers(&["job", "delete", "--state", "ready", "--for-good", "--yes"]);
    assert_eq!(given.answers(&["job", "ls", "-o", "jsonl"]), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_broken_on_a_cluster_is_free() {
    let (_cluster, given) = house().await;
    let keyed = || platform::NewJob::raw("probe", "default", b"{}".to_vec());
    let keyed = || keyed().unique("daily:7", Scope::UntilDone);
    let first = given.queue.enqueue(keyed()).await.unwrap();
    given.answers(&["lock", "break", "daily:7", "--yes"]);
    let second = given.queue.enqueue(keyed()).await.unwrap();
    assert!(second.accepted() && second.id != first.id, "{second:?}");
}
