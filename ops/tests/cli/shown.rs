//! Every verb as an operator meets it, a page a verb in `snapshots/`: what its `--help` says, then what it says
//! in each format. A verb or a format that has no page fails here.

mod alone;
mod bulk;
mod errors;
mod imports;
mod jobs;
mod leader;
mod locks;
mod people;
mod queues;
mod schedules;
mod wide;
pub(crate) mod workers;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use insta::{Settings, assert_snapshot};
use serde_json::Value;

use crate::{
    given::{Given, Said, honeydue, said},
    help::own_help,
    verbs,
};

/// What `-o` takes, as `--help` says.
fn formats() -> Vec<String> {
    let help = said(&mut honeydue(&["--help"])).answer;
    let (_, output) = help.split_once("--output <FORMAT>").expect("it is there");
    let (_, values) = output.split_once("[possible values: ").expect("formats");
    let (values, _) = values.split_once(']').expect("an end");
    values.split(", ").map(str::to_owned).collect()
}

/// The same words in every format.
async fn shows(given: &Given, verb: &str, args: &[&str]) {
    let args = args.iter().map(ToString::to_string).collect::<Vec<_>>();
    shows_each(given, verb, async |_| args.clone()).await;
}

/// For what can't be done twice: the words of each turn, and what has to happen before it.
async fn shows_each(given: &Given, verb: &str, args: impl AsyncFn(usize) -> Vec<String>) {
    shows_by(|words| given.command(words), verb, args).await;
}

async fn shows_by(
    command: impl Fn(&[&str]) -> Command,
    verb: &str,
    args: impl AsyncFn(usize) -> Vec<String>,
) {
    let words: Vec<&str> = verb.split(' ').collect();
    let mut page = own_help(&words);
    for (turn, format) in formats().iter().enumerate() {
        let args = args(turn).await;
        let args = args.iter().map(String::as_str);
        let all: Vec<&str> = words
            .iter()
            .copied()
            .chain(args)
            .chain(["-o", format])
            .collect();
        let said = said(&mut command(&all));
        is_readable(format, &said);
        let _ = write!(page, "\n{}", transcript(&all, &said));
    }
    keep(verb, &page);
}

/// As on a terminal, but for the signs before what is an aside.
fn transcript(words: &[&str], said: &Said) -> String {
    let quoted = words.iter().map(|word| {
        let plain = word
            .chars()
            .all(|c| c.is_alphanumeric() || "-_=./:,@".contains(c));
        if plain {
            (*word).to_owned()
        } else {
            format!("'{word}'")
        }
    });
    let mut text = format!("$ honeydue {}\n", quoted.collect::<Vec<_>>().join(" "));
    text.extend(
        said.answer
            .lines()
            .map(|line| format!("{}\n", line.trim_end())),
    );
    text.extend(said.aside.lines().map(|line| format!("2> {line}\n")));
    if said.code != Some(0) {
        let _ = writeln!(text, "exit code {:?}", said.code.unwrap_or(-1));
    }
    text
}

fn is_readable(format: &str, said: &Said) {
    let json = |text: &str| {
        let read: Result<Value, _> = serde_json::from_str(text);
        let read = read.unwrap_or_else(|wrong| panic!("{wrong}: {said:?}"));
        assert!(read.is_object() || read.is_array(), "{said:?}");
    };
    match format {
        "json" if !said.answer.is_empty() => json(&said.answer),
        "jsonl" => said.answer.lines().for_each(json),
        _ => {}
    }
}

/// As a page of its own, without what differs from run to run; what stands for it is as wide, so that the page
/// looks as it does. Instants that a test chose lie in another decade, and stay.
fn keep(verb: &str, page: &str) {
    let mut settings = Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let hex = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    for (differs, instead) in [
        (hex, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"),
        (
            r"20[2-5]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
            "20xx-xx-xxTxx:xx:xxZ",
        ),
        (r"20[2-5]\d-\d\d-\d\d", "20xx-xx-xx"),
        (r#""oldest_s":( ?)\d+"#, r#""oldest_s":${1}x"#),
        (r"\b\d\d s\b", "x s "),
        (r"(^|[^.\d])\d s\b", "${1}x s"),
        (r"(?m) +$", ""),
        (r"redis://127\.0\.0\.1:\d+/\S*", "redis://host:6379/"),
        (r"/\S+\.toml", "kinds.toml"),
    ] {
        settings.add_filter(differs, instead);
    }
    let _settings = settings.bind_to_scope();
    assert_snapshot!(verb.replace(' ', "-"), page);
}

fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/snapshots")
}

fn pages() -> BTreeSet<String> {
    let files = fs::read_dir(place()).expect("pages");
    let names = files.map(|file| file.expect("a file").file_name());
    let names = names.filter_map(|name| Some(name.to_str()?.strip_suffix(".snap")?.to_owned()));
    names.collect()
}

fn page(verb: &str) -> String {
    let page = place().join(format!("{}.snap", verb.replace(' ', "-")));
    fs::read_to_string(page).unwrap_or_default()
}

/// What these say is the same in every format: it goes to a shell, a pager, or whoever watches the demo, which
/// says itself whether all of it was so.
const FOR_PEOPLE: [&str; 3] = ["completions", "demo", "man"];

#[test]
fn every_verb_has_its_page_in_every_format_and_every_page_its_verb() {
    let verbs = verbs::all().into_iter().map(|words| words.join(" "));
    let verbs: Vec<_> = verbs.collect();
    let answers = |verb: &&String| !FOR_PEOPLE.contains(&verb.as_str());
    for verb in verbs.iter().filter(answers) {
        for format in formats() {
            let (begin, end) = (format!("$ honeydue {verb}"), format!(" -o {format}"));
            let page = page(verb);
            let mut lines = page.lines();
            let shown = lines.any(|line| line.starts_with(&begin) && line.ends_with(&end));
            assert!(
                shown,
                "`honeydue {verb}{end}` is on no page: see tests/cli/shown.rs"
            );
        }
    }
    let named: BTreeSet<_> = verbs.iter().map(|verb| verb.replace(' ', "-")).collect();
    assert_eq!(pages(), named);
}
