//! Who is asked on a terminal says yes to what was shown, and to nothing that came while they thought.

use std::{
    collections::BTreeSet,
    io::{BufReader, Read as _, Write as _},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::given::Given;

/// Runs it on a terminal of its own; once it asks, something happens, and then the answer is yes.
async fn says_yes(given: &Given, args: &[&str], meanwhile: impl AsyncFnOnce()) -> (i32, String) {
    let typed = given.command(args);
    let line = format!("{} {}", env!("CARGO_BIN_EXE_honeydue"), args.join(" "));
    let mut terminal = Command::new("script");
    terminal.env_clear().args(["-qec", &line, "/dev/null"]);
    let told = typed
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    terminal
        .envs(told)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut running = terminal.spawn().expect("script, of util-linux, runs");
    let (mut keys, screen) = (
        running.stdin.take().unwrap(),
        running.stdout.take().unwrap(),
    );

    let (mut shown, mut read) = (Vec::new(), BufReader::new(screen).bytes());
    while !shown.ends_with(b"[y/N] ") {
        let byte = read.next().expect("it asks before it ends").unwrap();
        shown.push(byte);
    }
    meanwhile().await;
    keys.write_all(b"y\n").unwrap();
    shown.extend(read.map_while(Result::ok));
    let code = running.wait().unwrap().code().unwrap();
    (code, String::from_utf8(shown).unwrap())
}

async fn house(dead: usize) -> Given {
    let given = Given::new().await;
    given.probes(dead).await;
    given.buries_all("the relay said no").await;
    given
}

fn fingerprint(given: &Given) -> String {
    let groups = given.answers(&["errors", "ls", "-o", "jsonl"]);
    let group: Value = serde_json::from_str(&groups).unwrap();
    group["fingerprint"]
        .as_str()
        .expect("a fingerprint")
        .to_owned()
}

/// Who stands so.
fn ids(given: &Given, state: &str) -> BTreeSet<String> {
    let all = given.answers(&["job", "ls", "--state", state, "-o", "jsonl"]);
    let id = |line| serde_json::from_str::<Value>(line).unwrap()["id"].to_string();
    all.lines().map(id).collect()
}

#[tokio::test]
async fn what_died_while_one_was_asked_is_left_to_the_next_time() {
    let print = fingerprint(&house(1).await);
    for args in [
        &["job", "delete", "--all", "--for-good"][..],
        &["job", "delete", "--kind", "probe"],
        &["job", "retry", "--all"],
        &["errors", "retry", &print],
        &[
            "job",
            "delete",
            "--all",
            "--for-good",
            "--before",
            "2126-01-01T00:00:00Z",
        ],
    ] {
        let given = house(12).await;
        let shown = ids(&given, "dead");
        // One fewer by then of those that were shown: no other takes its place.
        let one = shown.iter().nth(5).unwrap().trim_matches('"');
        let (code, screen) = says_yes(&given, args, async || {
            given.answers(&["job", "delete", one]);
            given.probes(9).await;
            given.buries_all("the relay said no").await;
        })
        .await;
        assert_eq!(code, 0, "{args:?}: {screen}");
        let left = ids(&given, "dead");
        assert_eq!(left.len(), 9, "{args:?}: {screen}");
        assert!(left.is_disjoint(&shown), "{args:?}: {screen}");
        let retried = if args.contains(&"retry") { 11 } else { 0 };
        assert_eq!(given.stand().await.0, retried, "{args:?}: {screen}");
    }
}

#[tokio::test]
async fn what_was_enqueued_while_one_was_asked_is_not_called_off() {
    let given = Given::new().await;
    given.probes(12).await;
    let shown = ids(&given, "ready");
    let one = shown.first().unwrap().trim_matches('"');
    let (code, screen) = says_yes(&given, &["job", "cancel", "--all"], async || {
        given.answers(&["job", "cancel", one]);
        given.probes(9).await;
    })
    .await;
    let left = ids(&given, "ready");
    assert_eq!((code, left.len()), (0, 9), "{screen}");
    assert!(left.is_disjoint(&shown), "{screen}");
}

#[tokio::test]
async fn never_more_are_touched_than_were_asked_about_though_others_stand_so_by_then() {
    let given = house(4).await;
    given.probes(3).await;
    let (code, shown) = says_yes(&given, &["job", "cancel", "--all"], async || {
        given.answers(&["job", "retry", "--all", "--yes"]);
    })
    .await;
    assert_eq!((code, given.stand().await), (0, (4, 0, 0)), "{shown}");
    assert!(!shown.contains("--max"), "{shown}");
}

#[tokio::test]
async fn what_would_touch_nothing_asks_nobody_and_leaves_nothing_to_go_on_with() {
    let given = Given::new().await;
    for args in [
        &["job", "delete", "--all", "--for-good"][..],
        &["job", "retry", "--all"],
        &["errors", "retry", "feedface"],
    ] {
        let said = given.says(args);
        assert_eq!((said.code, said.aside.as_str()), (Some(0), ""), "{said:?}");
        assert!(said.answer.ends_with("  0\n"), "{said:?}");
    }
    assert_eq!(given.answers(&["audit", "ls", "-o", "jsonl"]), "");
}
