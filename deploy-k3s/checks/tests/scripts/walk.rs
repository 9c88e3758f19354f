//! The chapter of the first deploy, walked command by command on machines that are not there.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{machine::Machine, secrets};

/// A node is a directory, and what changes one is only said.
const SSH: &str = r#"#!/bin/bash
node=$NODES/${1#root@} && shift && mkdir -p "$node" && cd "$node" || exit 1
case "$*" in
  "cat "* | "sed "*) echo "server: https://127.0.0.1:6443" ;;
  *01-node.sh*) eval "$* --dry-run" ;;
  *) eval "$*" ;;
esac
"#;
/// What somebody types into the two files.
const EDITOR: &str = r#"#!/bin/bash
case $1 in
  *secrets.env) cp "$TYPED"/secrets.env "$1" && cp "$TYPED"/*.pem "$TYPED"/*.p8 "$TYPED"/*.json "${1%/*}" ;;
  *) cp "$TYPED/deploy.env" "$1" ;;
esac
"#;
/// The only thing that git is asked for besides what it is asked by the scripts.
const GIT: &str = r#"#!/bin/bash
if [ "$1" = archive ]; then tar c "$3"; else exec "$FAKE" "$@"; fi
"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All that the chapter says to type, in its order.
fn typed() -> String {
    let chapter = root().join("docs/deployment/first-deploy.md");
    let chapter = std::fs::read_to_string(chapter).expect("the chapter");
    let steps = chapter.split("\n## Commands").next().unwrap_or_default();
    let blocks = steps.split("```sh\n").skip(1);
    blocks
        .filter_map(|block| block.split("```").next())
        .collect()
}

fn program(machine: &Machine, name: &str, text: &str) {
    let path = machine.file(name);
    let _ = std::fs::remove_file(&path);
    std::fs::write(&path, text).expect("a program");
    let runs = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, runs).expect("a program of mine");
}

#[test]
fn the_first_deploy_can_be_typed_as_it_stands_in_the_book() {
    let machine = Machine::new();
    std::fs::create_dir(machine.file("aside")).expect("a directory");
    std::fs::rename(machine.file("git"), machine.file("aside/git")).expect("another place for it");
    secrets::secrets(&machine, "SMTP_URL=smtp://u:p@smtp.example.com:587");
    for (name, text) in [
        ("ssh", SSH),
        ("scp", "#!/bin/sh\n"),
        ("editor", EDITOR),
        ("git", GIT),
    ] {
        program(&machine, name, text);
    }
    let here = machine.file("checkout");
    std::fs::create_dir(&here).expect("a directory");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(root().join("deploy-k3s"))
        .arg(&here)
        .status();
    assert!(copied.is_ok_and(|status| status.success()));
    let mut bash = Command::new("bash");
    bash.args(["-euc", &typed()]).current_dir(&here).env_clear();
    let dir = machine.file(".");
    bash.env("PATH", format!("{}:/usr/bin:/bin", dir.display()))
        .env("FAKE", machine.file("aside/git"))
        .env("HOME", machine.file("home"))
        .env("NODES", machine.file("nodes"))
        .env("TYPED", &dir)
        .env("EDITOR", "editor")
        .env("CALLS", machine.file("calls"))
        .env("APPLIED", machine.file("applied"))
        .env("WAIT", "0");
    std::fs::create_dir(machine.file("home")).expect("a home");
    let ran = bash.output().expect("bash runs");
    let (answer, said) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{answer}\n{said}");
    assert_eq!(said.matches("▸ Installing k3s").count(), 3, "{said}");
    for end in [
        "✓ The secrets are up",
        "✓ registry.example.com/honeydue:0123456789ab runs.",
    ] {
        assert!(said.contains(end), "{end}\n{said}");
    }
}
