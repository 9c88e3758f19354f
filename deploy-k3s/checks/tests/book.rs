//! The book is whole, and what it tells one to type exists.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Name and text of each.
fn chapters() -> Vec<(String, String)> {
    let files = std::fs::read_dir(root().join("docs/deployment")).expect("the book");
    let files = files.map(|file| file.expect("a chapter").path());
    let chapter = |path: PathBuf| {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, std::fs::read_to_string(&path).expect("a chapter"))
    };
    files.map(chapter).collect()
}

/// What stands between `before` and `after`, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a [char]) -> impl Iterator<Item = &'a str> {
    text.split(before)
        .skip(1)
        .map(move |rest| rest.split(after).next().unwrap_or_default())
}

#[test]
fn every_chapter_opens_with_a_summary_and_ends_with_its_commands() {
    for (name, text) in chapters() {
        let mut parts = text.split("\n\n");
        assert!(
            parts.next().is_some_and(|title| title.starts_with("# ")),
            "{name} has no title"
        );
        let summary = parts.next().unwrap_or_default();
        assert!(
            summary.starts_with(char::is_alphabetic),
            "{name} opens with {summary:?}"
        );
        let last = text.rsplit("\n## ").next().unwrap_or_default();
        assert!(
            last.starts_with("Commands\n") && last.ends_with("```\n"),
            "{name} ends with {last:?}"
        );
    }
}

#[test]
fn every_chapter_is_listed_and_every_link_leads_somewhere() {
    let chapters = chapters();
    let (_, overview) = chapters
        .iter()
        .find(|(name, _)| name == "README.md")
        .expect("an overview");
    for (name, text) in &chapters {
        assert!(
            name == "README.md" || overview.contains(&format!("]({name})")),
            "{name} is not listed"
        );
        for link in between(text, "](", &[')', '#']).filter(|link| !link.starts_with("http")) {
            assert!(
                root().join("docs/deployment").join(link).exists(),
                "{name}: {link}"
            );
        }
    }
}

#[test]
fn the_list_of_variables_is_what_the_code_says() {
    let (_, written) = chapters()
        .into_iter()
        .find(|(name, _)| name == "variables.md")
        .expect("the list");
    let told =
        "write it anew: cargo run -q -p deploy --example variables > docs/deployment/variables.md";
    assert_eq!(written, deploy::variables::page(), "{told}");
}

#[test]
fn every_script_and_target_that_is_named_is_there() {
    let makefile = std::fs::read_to_string(root().join("Makefile")).expect("the Makefile");
    for (name, text) in chapters() {
        for script in between(&text, "deploy-k3s/scripts/", &[' ', '\n', '`']) {
            assert!(
                root().join("deploy-k3s/scripts").join(script).is_file(),
                "{name}: {script}"
            );
        }
        for before in ["`make ", "\nmake "] {
            for target in between(&text, before, &[' ', '\n', '`']) {
                assert!(
                    makefile.contains(&format!("\n{target}:")),
                    "{name}: make {target}"
                );
            }
        }
    }
}

/// What a person would put in the place of a word in capitals.
const MEANT: [(&str, &str); 3] = [
    ("ID", "0190c9d8-7d5a-7c3e-8f00-000000000007"),
    ("N", "7"),
    ("TOMORROW-AT-NOON", "2026-11-22T12:00:00Z"),
];

/// The words up to where the shell has something to say.
fn words(typed: &str) -> Vec<&str> {
    let words = typed.split_whitespace();
    let words = words.take_while(|word| !word.starts_with(['#', '|', '<', '"', ';', '>']));
    let meant = |word| MEANT.iter().find(|(said, _)| *said == word);
    words
        .map(|word| meant(word).map_or(word, |(_, meant)| meant))
        .collect()
}

/// `honeydue job ls --state dead` is tried as `honeydue job ls --state dead --help`, which fails at the first
/// word that `honeydue` does not know.
#[test]
fn every_verb_and_option_that_is_named_is_there() {
    let honeydue = standins::find::ours("honeydue").expect("the operator's program");
    let mut tried = 0;
    for (name, text) in chapters() {
        for before in ["/usr/bin/honeydue ", "`honeydue ", "`hd ", "\nhd "] {
            for typed in between(&text, before, &['\n', '`']) {
                let ran = Command::new(&honeydue)
                    .args(words(typed))
                    .arg("--help")
                    .output()
                    .expect("it runs");
                let said = String::from_utf8_lossy(&ran.stderr);
                assert!(ran.status.success(), "{name}: honeydue {typed}\n{said}");
                tried += 1;
            }
        }
    }
    assert!(tried > 10, "the book names only {tried} verbs");
}
