//! Every verb that reads answers in every format, and programs can read what is for them.

use platform::{NewJob, Scope};
use serde_json::Value;

use crate::given::Given;

const READS: [&[&str]; 14] = [
    &["top"],
    &["queue", "ls"],
    &["queue", "show", "default"],
    &["queue", "history", "default"],
    &["job", "ls", "--state", "ready,dead"],
    &["errors", "ls"],
    &["audit", "ls"],
    &["worker", "ls"],
    &["lock", "ls"],
    &["user", "purge", "7", "--dry-run"],
    &["config", "show"],
    &["doctor", "--no-probe", "--fail-on", "never"],
    &["schedule", "ls"],
    &["job", "retry", "--all", "--dry-run"],
];

async fn house() -> Given {
    let given = Given::new().await;
    given.probes(1).await;
    given.buries_all("no").await;
    let payload = br#"{"user_id":7}"#.to_vec();
    let keyed = NewJob::raw("probe", "default", payload).unique("k", Scope::UntilDone);
    given.queue.enqueue(keyed).await.unwrap();
    given.answers(&["queue", "pause", "mail"]);
    given
}

#[tokio::test]
async fn a_program_can_read_every_answer_and_a_person_too() {
    let given = house().await;
    for verb in READS {
        let says = |format: &str| given.answers(&[verb, &["-o", format]].concat());
        let json: Value = serde_json::from_str(&says("json")).unwrap();
        assert!(json.is_array() || json.is_object(), "{verb:?}");
        for line in says("jsonl").lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert!(line.is_object(), "{verb:?}");
        }
        let table = says("table");
        assert!(
            !table.trim().is_empty() && !table.contains('{'),
            "{verb:?}: {table}"
        );
    }
}
