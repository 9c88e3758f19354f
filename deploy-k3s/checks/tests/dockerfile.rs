//! The Dockerfile fits the workspace and the manifests, and a mistake planted in it is found.

use std::path::{Path, PathBuf};

use deploy::context::{self, Context};

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository")
}

fn dockerfile() -> String {
    std::fs::read_to_string(root().join("Dockerfile")).expect("the Dockerfile")
}

fn findings(dockerfile: &str) -> Vec<String> {
    deploy::image::findings(&root(), dockerfile).expect("a workspace that can be read")
}

#[test]
fn nothing_is_wrong_with_the_dockerfile() {
    assert_eq!(findings(&dockerfile()), Vec::<String>::new());
}

#[test]
fn every_mistake_planted_in_it_is_found() {
    for (right, wrong, told) in [
        ("--package honeydue-worker", "", "it compiles"),
        (
            "--package honeydue-ops",
            "--package honeydue-cli",
            "it compiles",
        ),
        (
            "cp honeydue-api ",
            "cp ",
            "Deployment api runs honeydue-api",
        ),
        (" honeydue /out/", " /out/", "Job migrate runs honeydue"),
        (
            "--from=authorities",
            "--from=certificates",
            "which is no stage above",
        ),
        (
            "COPY deploy-k3s/image/etc/",
            "COPY deploy/etc/",
            "not in the context",
        ),
        (
            "COPY deploy-k3s/image/etc/",
            "COPY docs/",
            "not in the context",
        ),
        ("USER 1000:1000", "USER 1001:1000", "passwd knows 1000:1000"),
        ("USER 1000:1000\n", "", "it runs as root"),
        ("rust:1.", "rust:2.", "no line begins with"),
    ] {
        let text = dockerfile();
        assert!(text.contains(right), "{right:?}");
        let found = findings(&text.replacen(right, wrong, 1));
        assert!(
            found.iter().any(|finding| finding.contains(told)),
            "{right:?} → {wrong:?} should say {told:?}, and says {found:#?}"
        );
    }
}

/// What cargo has read to make the four programs, as it noted beside each, and what it must read before.
fn compiled_from() -> Vec<String> {
    let programs = [
        "honeydue-api",
        "honeydue-worker",
        "honeydue-scheduler",
        "honeydue",
    ];
    let notes = programs.map(|name| {
        let program = standins::find::ours(name).expect("a program of ours");
        std::fs::read_to_string(program.with_extension("d")).expect("cargo's note of it")
    });
    let root = format!("{}/", root().display());
    let words = notes
        .iter()
        .flat_map(|note| note.split_whitespace().skip(1));
    let ours = words.filter_map(|word| word.strip_prefix(&root));
    let beforehand = context::read_beforehand(&self::root()).expect("a workspace");
    ours.map(str::to_owned).chain(beforehand).collect()
}

fn missing(dockerignore: &str) -> Vec<String> {
    let context = Context::new(&root(), dockerignore);
    let mut files = compiled_from();
    files.retain(|file| !context.has(file));
    files
}

#[test]
fn all_that_the_programs_are_compiled_from_reaches_the_builder() {
    let ignored = std::fs::read_to_string(root().join(".dockerignore")).expect(".dockerignore");
    assert_eq!(missing(&ignored), Vec::<String>::new());
}

#[test]
fn what_is_kept_from_the_builder_by_mistake_is_missed() {
    for line in [
        "Cargo.lock",
        "benches",
        "jobs/store/.sqlx",
        "jobs/store/migrations",
        "jobs/kinds/templates",
        "**/*.lua",
        "**/*.rs",
    ] {
        assert_ne!(missing(line), Vec::<String>::new(), "{line}");
    }
}
