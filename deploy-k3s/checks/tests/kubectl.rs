//! What kubectl makes of an overlay is what the other checks see.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use deploy::tree;
use serde_json::Value;

/// The oldest that must understand us, got by tools.sh, and whichever is on the PATH.
fn kubectls() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let old = root.join(".deps/deploy/kubectl/usr/bin/kubectl");
    let runs = |program: &PathBuf| Command::new(program).arg("help").output().is_ok();
    [old, PathBuf::from("kubectl")]
        .into_iter()
        .filter(runs)
        .collect()
}

/// Where there is none it has nothing to compare; `make check-deploy` sees to it that there is one.
#[test]
fn every_kubectl_renders_what_was_checked() {
    let kubectls = kubectls();
    if kubectls.is_empty() {
        standins::out::aside("skipped: there is no kubectl; deploy-k3s/checks/tools.sh gets it");
    }
    for kubectl in kubectls {
        for overlay in ["production", "single-node"] {
            let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../overlays")
                .join(overlay);
            let ours = tree::render(&dir).expect("an overlay that can be read");
            let theirs = rendered(&kubectl, &dir);
            let missing = |from: &[Value], in_: &[Value]| {
                let missing = from.iter().filter(|one| !in_.contains(one));
                missing.map(ToString::to_string).collect::<Vec<_>>()
            };
            let ours: Vec<_> = ours.into_iter().map(plain).collect();
            assert_eq!(
                missing(&ours, &theirs),
                missing(&theirs, &ours),
                "{} {overlay}",
                kubectl.display()
            );
        }
    }
}

fn rendered(kubectl: &Path, dir: &Path) -> Vec<Value> {
    let ran = Command::new(kubectl)
        .arg("kustomize")
        .arg(dir)
        .output()
        .expect("kubectl runs");
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &ran.stdout).expect("a file that can be written");
    let objects = tree::documents(file.path()).expect("YAML of kubectl");
    objects.into_iter().map(plain).collect()
}

/// Without what means nothing: hashes of names, and maps with nothing in them.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let full = map.into_iter().map(|(key, value)| (key, plain(value)));
            let full = full.filter(|(key, value)| {
                let nothing = is_meta(key) && value == &serde_json::json!({});
                !value.is_null() && !nothing
            });
            Value::Object(full.collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(plain).collect()),
        Value::String(text) => Value::String(without_hash(&text)),
        other => other,
    }
}

fn is_meta(key: &str) -> bool {
    ["annotations", "labels"].contains(&key)
}

/// `honeydue-config-5hd2c4tk98` is `honeydue-config` with the hash of what it says.
fn without_hash(name: &str) -> String {
    let generated = ["honeydue-config", "honeydue-next"].into_iter();
    let mut generated = generated.filter(|plain| {
        let hash = name
            .strip_prefix(plain)
            .and_then(|rest| rest.strip_prefix('-'));
        hash.is_some_and(|hash| hash.len() == 10)
    });
    generated.next().unwrap_or(name).to_owned()
}
