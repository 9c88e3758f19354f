//! Which secrets, with which keys, `scripts/02-secrets.sh` makes: it is asked, with made-up values.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use anyhow::{Context as _, ensure};

pub type Secrets = BTreeMap<String, BTreeSet<String>>;

pub fn made_by_script(home: &Path) -> anyhow::Result<Secrets> {
    let mut script = Command::new("bash");
    script
        .arg(home.join("scripts/02-secrets.sh"))
        .args(["--dry-run", "--env-file"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/secrets.env"));
    let ran = script.output().context("running bash")?;
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(ran.status.success(), "02-secrets.sh --dry-run: {said}");
    let told = String::from_utf8_lossy(&ran.stdout);
    Ok(told.lines().filter_map(secret).collect())
}

/// `would make secret NAME: KEY KEY`
fn secret(line: &str) -> Option<(String, BTreeSet<String>)> {
    let (name, keys) = line.strip_prefix("would make secret ")?.split_once(": ")?;
    let keys = keys.split_whitespace().map(str::to_owned).collect();
    Some((name.to_owned(), keys))
}
