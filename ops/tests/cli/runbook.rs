//! Every command that the runbook names is one that the command line takes.

use std::path::Path;

use crate::given::{honeydue, said};

/// Words that stand for what the reader puts in.
fn meant<'a>(noun: &str, word: &'a str) -> &'a str {
    match word {
        "Q" => "mail",
        "ID" if ["user", "explain"].contains(&noun) => "7",
        "ID" | "RECEIPT" => "00000000-0000-0000-0000-000000000000",
        "…" => "name=value",
        "redis://…" => "redis://127.0.0.1:1/",
        word => word,
    }
}

/// As a shell reads a line without variables: words, and what is between single quotes.
fn words(command: &str) -> Vec<&str> {
    let (mut words, mut rest) = (Vec::<&str>::new(), command.trim());
    while !rest.is_empty() && !rest.starts_with('#') {
        let (word, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once('\'').expect("a closing quote"),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        let noun = words.first().copied().unwrap_or_default();
        words.push(meant(noun, word));
        rest = after.trim_start();
    }
    words
}

/// Between backticks or on lines of their own, whatever begins with one of our nouns.
fn commands() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/runbook.md");
    let text = std::fs::read_to_string(file).expect("the runbook");
    let nouns: Vec<String> = crate::verbs::all()
        .iter()
        .map(|verb| verb[0].clone())
        .collect();
    let quoted = text.split('`').skip(1).step_by(2);
    let lines = text.lines().filter(|line| line.starts_with("honeydue "));
    let found = quoted.chain(lines).map(|one| one.replace('\n', " "));
    let found = found.map(|one| one.trim_start_matches("honeydue ").to_owned());
    found
        .filter(|one| nouns.iter().any(|noun| one.split(' ').next() == Some(noun)))
        .filter(|one| one.contains(' '))
        .collect()
}

#[test]
fn every_command_in_the_runbook_is_taken() {
    let commands = commands();
    assert!(commands.len() > 25, "{commands:?}");
    for command in commands {
        let mut words = words(&command);
        // A verb without anything is a mention of it.
        if words.len() == 2 {
            words.push("--help");
        }
        let said = said(&mut honeydue(&words));
        // What it does not know it says before it looks for its servers.
        let taken = matches!(said.code, Some(0 | 6)) || said.aside.contains("this verb needs ");
        assert!(taken, "{command}: {said:?}");
    }
}
