//! Work in bulk: shown, asked for, done once, accounted for, and taken back.

use std::process::Stdio;

use insta::assert_snapshot;
use serde_json::Value;

use crate::given::{Given, Said, put_aside, said};

fn receipt(answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).expect("an answer as JSON");
    answer["receipt"].as_str().expect("a receipt").to_owned()
}

async fn house(dead: usize) -> Given {
    let given = Given::new().await;
    given.probes(dead).await;
    given.buries_all("the relay said no to {n}").await;
    given
}

/// Those that died in the same millisecond are shown in no order that a test could know.
fn whoever() -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"no to \d+", "no to [n]");
    settings.bind_to_scope()
}

#[tokio::test]
async fn a_dry_run_counts_shows_five_and_touches_nothing() {
    let (given, _aside) = (house(7).await, put_aside());
    let _whoever = whoever();
    let dry = given.says(&["job", "retry", "--all", "--dry-run"]);
    assert_eq!(dry.code, Some(0));
    assert_snapshot!(dry.answer, @"would be retried  7");
    assert_snapshot!(dry.aside, @"
    ID                                    KIND   QUEUE    STATE  ATTEMPT  AT                    LAST ERROR
    [id]  probe  default  dead   10/10    [time]  the relay said no to [n]
    [id]  probe  default  dead   10/10    [time]  the relay said no to [n]
    [id]  probe  default  dead   10/10    [time]  the relay said no to [n]
    [id]  probe  default  dead   10/10    [time]  the relay said no to [n]
    [id]  probe  default  dead   10/10    [time]  the relay said no to [n]
    ");
    let told = given.answers(&[
        "job",
        "delete",
        "--state",
        "dead",
        "--dry-run",
        "-o",
        "json",
    ]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (&told["touched"], told["samples"].as_array().unwrap().len()),
        (&Value::from(7), 5)
    );
    assert_eq!(given.stand().await, (0, 0, 7));
    assert_eq!(given.answers(&["audit", "ls", "-o", "jsonl"]), "");
}

#[tokio::test]
async fn who_does_not_say_yes_and_can_not_be_asked_is_refused_after_seeing_what_it_would_be() {
    let (given, _aside) = (house(2).await, put_aside());
    let _whoever = whoever();
    let Said {
        code,
        answer,
        aside,
    } = given.says(&["job", "delete", "--kind", "probe"]);
    assert_eq!((code, answer.as_str()), (Some(5), ""));
    assert_snapshot!(aside, @"
    ID                                    KIND   QUEUE    STATE  ATTEMPT  AT                    LAST ERROR
    [id]  probe  default  dead   10/10    [time]  the relay said no to [n]
    [id]  probe  default  dead   10/10    [time]  the relay said no to [n]
    honeydue: nothing was changed; say --yes to do it, or --dry-run to look only
    ");
    assert_eq!(given.stand().await, (0, 0, 2));
}

#[tokio::test]
async fn who_names_no_job_is_asked_which() {
    let given = Given::new().await;
    let said = given.says(&["job", "delete", "--yes"]);
    assert_eq!(said.code, Some(2));
    assert_snapshot!(said.aside, @"honeydue: which jobs? Give ids, or filter by --queue, --kind, --error and so on, or say --all");
    let both = given.says(&[
        "job",
        "retry",
        "--all",
        "00000000-0000-0000-0000-000000000000",
    ]);
    assert_eq!(both.code, Some(2), "{both:?}");
}

#[tokio::test]
async fn only_what_the_filter_means_is_touched_and_no_more_than_max() {
    let (given, _aside) = (house(5).await, put_aside());
    let args = [
        "job",
        "retry",
        "--error",
        "no to [1-4]",
        "--max",
        "3",
        "--yes",
    ];
    let retried = given.says(&args);
    assert_eq!(retried.code, Some(0), "{retried:?}");
    assert_snapshot!(retried.answer, @"
    receipt  [id]
    retried  3
    ");
    assert_snapshot!(retried.aside, @"
    Receipt [id]: if this is cut off, go on with `honeydue job resume [id]`.
    It ended at --max; there may be more.
    ");
    assert_eq!(given.stand().await, (3, 0, 2));
}

#[tokio::test]
async fn what_was_deleted_comes_back_by_its_receipt() {
    let (given, _aside) = (house(3).await, put_aside());
    let before = given.answers(&["job", "ls", "--state", "dead", "-o", "jsonl"]);
    let deleted = given.says(&["job", "delete", "--all", "--yes", "-o", "json"]);
    assert_snapshot!(deleted.aside, @"
    Receipt [id]: if this is cut off, go on with `honeydue job resume [id]`.
    Within a week they can come back: `honeydue job undo [id]`.
    ");
    assert_eq!(given.stand().await, (0, 0, 0));
    let restored = given.answers(&["job", "undo", &receipt(&deleted.answer)]);
    assert_snapshot!(restored, @"
    receipt   [id]
    restored  3
    ");
    assert_eq!(
        given.answers(&["job", "ls", "--state", "dead", "-o", "jsonl"]),
        before
    );
    let nothing = given.answers(&["job", "undo", &receipt(&deleted.answer), "-o", "json"]);
    assert!(nothing.contains(r#""touched": 0"#), "{nothing}");
}

#[tokio::test]
async fn what_is_deleted_for_good_leaves_nothing_to_come_back() {
    let given = house(3).await;
    let args = [
        "job",
        "delete",
        "--all",
        "--for-good",
        "--yes",
        "-o",
        "json",
    ];
    let erased = receipt(&given.answers(&args));
    assert_eq!(given.stand().await, (0, 0, 0));
    let undo = given.says(&["job", "undo", &erased]);
    assert_eq!(undo.code, Some(5), "{undo:?}");
    let audit = given.answers(&["audit", "ls", "-o", "jsonl"]);
    assert!(
        audit.contains(r#""verb":"job erase""#) && audit.contains(r#""touched":3"#),
        "{audit}"
    );
}

#[tokio::test]
async fn a_delivery_that_was_called_off_is_decided_and_one_that_was_deleted_by_mistake_goes_on() {
    let given = Given::new().await;
    let user = given.signs_up("ada").await;
    let id = crate::explain::considered(&given, user, "welcome", "welcome").await;
    let row = async || given.store.delivery(id).await.unwrap().unwrap();
    let job = kinds::notify::job(&row().await).unwrap();
    let later = given.queue.now().await.unwrap() + std::time::Duration::from_hours(1);
    given.queue.enqueue(job.at(later)).await.unwrap();

    let args = [
        "job",
        "delete",
        "--state",
        "scheduled",
        "--queue",
        "urgent",
        "--yes",
        "-o",
        "json",
    ];
    let deleted = receipt(&given.answers(&args));
    let decided = row().await;
    let told = (decided.state.to_string(), decided.reason.unwrap());
    assert_eq!(
        told,
        (
            "skipped".to_owned(),
            format!("an operator's delete, receipt {deleted}")
        )
    );
    given.answers(&["job", "undo", &deleted]);
    let open = row().await;
    assert_eq!(
        (open.state.to_string(), open.decided_at),
        ("considered".to_owned(), None)
    );
    assert_eq!(given.queue.counts("urgent").await.unwrap().due, 1);

    given.answers(&["job", "cancel", &id.to_string(), "--reason", "moved out"]);
    assert_eq!(row().await.state.to_string(), "skipped");
    assert_eq!(given.queue.counts("urgent").await.unwrap().due, 0);
}

#[tokio::test]
async fn a_receipt_that_is_over_or_unknown_does_not_go_on() {
    let (given, _aside) = (house(1).await, put_aside());
    let done = receipt(&given.answers(&["job", "retry", "--all", "--yes", "-o", "json"]));
    let again = given.says(&["job", "resume", &done]);
    assert_eq!(again.code, Some(5));
    assert_snapshot!(again.aside, @"honeydue: receipt [id] is of work that is over: 1 were touched");
    let undo = given.says(&["job", "undo", &done]);
    assert_eq!(undo.code, Some(5));
    assert_snapshot!(undo.aside, @"honeydue: receipt [id] is of `job retry`; only a delete can be undone");
    let unknown = given.says(&["job", "resume", "00000000-0000-0000-0000-000000000000"]);
    assert_eq!(unknown.code, Some(3));
    assert_snapshot!(unknown.aside, @"honeydue: there is no receipt [id]; `honeydue audit ls` shows the latest");
}

/// Kills the command line in the middle, resumes it, and has workers give up again what was retried by then. At
/// its pace it would take almost two minutes, so it is not done before it is killed.
#[tokio::test]
async fn a_retry_of_fifty_thousand_that_was_killed_goes_on_and_touches_each_job_once() {
    const ALL: u64 = 50_000;
    let given = house(50_000).await;
    let args = [
        "job",
        "retry",
        "--all",
        "--yes",
        "--rate",
        "500/s",
        "--reason",
        "the relay is back",
    ];
    let mut cut = given
        .command(&args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    standins::until("some are retried", async || given.stand().await.0 > 200).await;
    cut.kill().unwrap();
    cut.wait().unwrap();
    let (ready, _, dead) = given.stand().await;
    assert!(dead > 0, "it was done before it was killed");
    assert_eq!(ready + dead, ALL);
    // What was retried fails again; it has had its turn.
    given.buries_all("again").await;

    let open: Value =
        serde_json::from_str(&given.answers(&["audit", "ls", "-o", "jsonl"])).unwrap();
    assert_eq!(
        (&open["touched"], &open["ended_at"]),
        (&Value::from(ready), &Value::Null)
    );
    let resumed = given.answers(&["job", "resume", open["id"].as_str().unwrap(), "-o", "json"]);
    let resumed: Value = serde_json::from_str(&resumed).unwrap();
    assert_eq!(resumed["touched"], Value::from(ALL));
    assert_eq!(given.stand().await, (dead, 0, ready));
    let audit: Value =
        serde_json::from_str(&given.answers(&["audit", "ls", "-o", "jsonl"])).unwrap();
    let told = ["touched", "verb", "reason"].map(|field| audit[field].clone());
    assert_eq!(
        told,
        [
            Value::from(ALL),
            "job retry".into(),
            "the relay is back".into()
        ]
    );
    assert!(audit["ended_at"].is_string(), "{audit}");
}

#[tokio::test]
async fn with_postgres_away_nothing_is_touched_for_nobody_could_write_it_down() {
    let given = house(1).await;
    let away = "postgres://ada@127.0.0.1:1/due";
    let said = said(
        given
            .command(&["job", "retry", "--all", "--yes"])
            .env("DATABASE_URL", away),
    );
    assert_eq!(said.code, Some(6), "{said:?}");
    assert_eq!(given.stand().await, (0, 0, 1));
}
