//! Every verb with a server away: it works without, or ends with 6, and nobody waits.

use std::{
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use insta::assert_snapshot;

use crate::{
    given::{Given, said},
    refusals::silent,
    verbs,
};

/// Two seconds are promised; a busy machine gets more before it is blamed.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many at a time.
const ABREAST: usize = 6;

/// `demo` starts servers of its own, and looks at no other.
fn asked() -> Vec<Vec<String>> {
    let all = verbs::all().into_iter();
    all.filter(|verb| verb[0] != "demo").collect()
}

/// What each verb ended with while `variable` leads nowhere, and those that did not end in time.
fn codes(given: &Given, variable: &str, url: &str) -> Vec<(String, Option<i32>)> {
    let ends = |verb: &Vec<String>| {
        let name = verb.join(" ");
        let words: Vec<&str> = verb.iter().map(String::as_str).collect();
        let mut command = given.command(&[&words, verbs::needs(&name)].concat());
        command.env_remove("HONEYDUE_TIMEOUT");
        command.env(variable, url).stdin(Stdio::null());
        let begun = Instant::now();
        let said = said(&mut command);
        assert!(begun.elapsed() < PATIENCE, "{name}: {:?}", begun.elapsed());
        assert!(!said.aside.contains("panicked"), "{name}: {said:?}");
        assert_ne!(said.code, Some(2), "what does {name} need? {said:?}");
        if said.code == Some(6) {
            let told = said.aside.lines().last().unwrap_or_default();
            assert!(told.starts_with("honeydue: "), "{name}: {said:?}");
        }
        (name, said.code)
    };
    let verbs = asked();
    let mut all = Vec::new();
    for some in verbs.chunks(ABREAST) {
        thread::scope(|scope| {
            let ends = &ends;
            let running: Vec<_> = some.iter().map(|verb| scope.spawn(|| ends(verb))).collect();
            all.extend(running.into_iter().map(|one| one.join().expect("it ends")));
        });
    }
    all
}

/// What ended otherwise than with 6, by code.
fn told(codes: &[(String, Option<i32>)]) -> String {
    let of = |wanted: i32| {
        let names = codes.iter().filter(|(_, code)| *code == Some(wanted));
        let names: Vec<_> = names.map(|(name, _)| name.as_str()).collect();
        format!("{wanted}: {}", names.join(", "))
            .trim_end()
            .to_owned()
    };
    let by_code: Vec<_> = [0, 1, 3, 4, 5, 7].map(of).to_vec();
    by_code.join("\n")
}

#[tokio::test]
async fn every_verb_works_without_redis_or_says_so_with_six() {
    let given = Given::new().await;
    let away = codes(&given, "REDIS_URL", "redis://127.0.0.1:1/");
    assert_snapshot!(told(&away), @"
    0: audit ls, suppression ls, schedule ticks, schedule lint, migrate, config show, completions, man
    1:
    3: job undo, job resume, suppression lift, explain
    4:
    5:
    7: doctor
    ");
}

#[tokio::test]
async fn every_verb_works_without_postgres_or_says_so_with_six() {
    let given = Given::new().await;
    let away = codes(&given, "DATABASE_URL", "postgres://ada@127.0.0.1:1/due");
    assert_snapshot!(told(&away), @"
    0: queue ls, queue show, queue pause, queue resume, queue drain, queue history, job ls, job enqueue, errors ls, worker ls, lock ls, schedule next, schedule lint, top, bench, config show, completions, man
    1:
    3: job show, job edit, errors show, lock break, leader status, leader step-down
    4:
    5:
    7: doctor
    ");
}

#[tokio::test]
async fn a_redis_that_takes_connections_and_never_answers_is_as_one_that_is_away() {
    let given = Given::new().await;
    let (_held, port) = silent().await;
    let silent = codes(&given, "REDIS_URL", &format!("redis://127.0.0.1:{port}/"));
    let away = codes(&given, "REDIS_URL", "redis://127.0.0.1:1/");
    assert_eq!(silent, away);
}
