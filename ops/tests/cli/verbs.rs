//! Every verb there is, as `--help` tells, so that none that is new is forgotten.

use crate::given::{honeydue, said};

/// The verbs below these words, each with the words that lead to it.
pub(crate) fn below(words: &[String]) -> Vec<Vec<String>> {
    let asked: Vec<&str> = words.iter().map(String::as_str).collect();
    let help = said(&mut honeydue(&[&asked[..], &["-h"]].concat()));
    assert_eq!(help.code, Some(0), "{words:?}: {help:?}");
    let Some((_, commands)) = help.answer.split_once("\nCommands:\n") else {
        return vec![words.to_vec()];
    };
    let lines = commands.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| {
        let name = line
            .strip_prefix("  ")
            .filter(|rest| !rest.starts_with(' '))?;
        name.split(' ').next().filter(|name| *name != "help")
    });
    let deeper = names.map(|name| [words, &[name.to_owned()]].concat());
    deeper.flat_map(|words| below(&words)).collect()
}

pub(crate) fn all() -> Vec<Vec<String>> {
    below(&[])
}

const ID: &str = "00000000-0000-0000-0000-000000000000";

/// What a verb needs besides its name; what needs nothing has no line.
pub(crate) fn needs(verb: &str) -> &'static [&'static str] {
    match verb {
        "queue show" | "queue pause" | "queue resume" | "queue drain" | "queue history" => {
            &["default"]
        }
        "job show" | "job retry" | "job cancel" | "job delete" | "job undo" | "job resume" => &[ID],
        "job edit" => &[ID, "--at", "now"],
        "job enqueue" => &["probe"],
        "errors show" => &["feedface"],
        "errors retry" => &["feedface", "--yes"],
        "worker quiet" | "worker drain" => &["pod-1"],
        "lock break" => &["user:7", "--yes"],
        "user purge" => &["7", "--yes"],
        "suppression lift" => &["7"],
        "schedule show" | "schedule ticks" | "schedule resume" | "schedule run" => &["sweep"],
        "schedule pause" => &["sweep", "--for", "1h", "--reason", "a test"],
        "schedule backfill" => &[
            "sweep",
            "--from",
            "2026-01-01T09:00:00Z",
            "--to",
            "2026-01-01T09:05:00Z",
        ],
        // A probe waits for a worker, and there is none.
        "doctor" => &["--no-probe"],
        "explain" => &["--user", "7"],
        "bench" => &["--jobs", "1", "--rate", "0"],
        "import asynq" => &["--from", "redis://127.0.0.1:1/"],
        "import apalis" => &["--from", "redis://127.0.0.1:1/", "--queue", "mail"],
        "completions" => &["bash"],
        _ => &[],
    }
}
