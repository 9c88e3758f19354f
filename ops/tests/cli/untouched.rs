//! Jobs that stand where a verb can't touch them, and those that nothing brings back.

use insta::assert_snapshot;
use platform::NewJob;
use serde_json::Value;

use crate::given::{Given, put_aside};

async fn one_dead() -> Given {
    let given = Given::new().await;
    given.probes(1).await;
    given.buries_all("the relay said no").await;
    given
}

fn dead_one(given: &Given) -> String {
    let dead = given.answers(&["job", "ls", "--state", "dead", "-o", "jsonl"]);
    let dead: Value = serde_json::from_str(&dead).expect("one job as JSON");
    dead["id"].as_str().expect("an id").to_owned()
}

/// Else it would be wanted no more, and stand as dead all the same.
#[tokio::test]
async fn what_wanted_a_dead_job_wants_it_still_though_somebody_tries_to_call_it_off() {
    let (given, _aside) = (Given::new().await, put_aside());
    let user = given.signs_up("ada").await;
    let wanted = crate::explain::considered(&given, user, "welcome", "welcome").await;
    let origin = kinds::Origin::Delivery(wanted).to_string();
    let job = NewJob::raw("probe", "default", b"{}".to_vec()).origin(origin);
    given.queue.enqueue(job).await.unwrap();
    given.buries_all("no").await;
    let dead = dead_one(&given);
    let row = async || given.store.delivery(wanted).await.unwrap().unwrap();

    let said = given.says(&["job", "cancel", &dead]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert_snapshot!(said.aside, @"honeydue: [id] was not cancelled: it is dead; nothing was changed");
    assert_eq!(row().await.state.to_string(), "considered");
    let all = ["job", "cancel", "--state", "dead", "--all", "--yes"];
    given.says(&all);
    assert_eq!(row().await.decided_at, None);
    assert_eq!(given.stand().await, (0, 0, 1));
}

#[tokio::test]
async fn a_dry_run_counts_what_would_be_refused_apart() {
    let (given, _aside) = (one_dead().await, put_aside());
    let (dead, ready) = (dead_one(&given), given.enqueues(&["probe"]));
    let both = [&*dead, &ready.to_string()];
    let dry = |verb| given.answers(&[&["job", verb, "--dry-run"], &both[..]].concat());
    assert_snapshot!(dry("retry"), @"
    would be retried  1
    would be refused  1: 1 ready
    ");
    assert_snapshot!(dry("cancel"), @"
    would be cancelled  1
    would be refused    1: 1 dead
    ");
    let retried = given.says(&[&["job", "retry", "-o", "json"], &both[..]].concat());
    let retried: Value = serde_json::from_str(&retried.answer).unwrap();
    let told = (&retried["touched"], &retried["refused"]);
    assert_eq!(told, (&Value::from(1), &Value::from(1)));
}

#[tokio::test]
async fn who_names_a_job_is_asked_all_the_same_before_it_is_gone_for_good() {
    let (given, _aside) = (one_dead().await, put_aside());
    let dead = dead_one(&given);
    let erase = ["job", "delete", "--for-good", &dead];
    let asked = given.says(&erase);
    assert_eq!(asked.code, Some(5), "{asked:?}");
    assert!(asked.aside.contains("say --yes"), "{asked:?}");
    assert_eq!(given.stand().await, (0, 0, 1));
    given.answers(&[&erase[..], &["--yes"]].concat());
    assert_eq!(given.stand().await, (0, 0, 0));
}
