//! Every verb that reads answers in every format, and programs can read what is for them.

use platform::{NewJob, Scope};
use serde_json::Value;

use crate::given::Given;

const READS: [&[&str]; 13] = [
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

#[tokio::test]
async fn with_redis_away_every_verb_that_needs_it_says_so_with_six() {
    let given = Given::new().await;
    let needs = READS
        .iter()
        .filter(|verb| !["audit", "config", "doctor"].contains(&verb[0]));
    for verb in needs {
        let begun = std::time::Instant::now();
        let mut command = given.command(verb);
        let said = crate::given::said(command.env("REDIS_URL", "redis://127.0.0.1:1/"));
        assert_eq!(said.code, Some(6), "{verb:?}: {said:?}");
        // Two seconds at most, on a machine that may be busy.
        assert!(begun.elapsed().as_secs() < 8, "{verb:?}");
    }
}
