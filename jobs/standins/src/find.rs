//! Where the servers and our own binaries are.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, anyhow};

/// The root of the repository, as it was when this was built.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("."))
        .to_path_buf()
}

/// Libraries of servers unpacked without root.
pub(crate) fn libraries() -> String {
    let deps = root().join(".deps");
    [
        "usr/lib/x86_64-linux-gnu",
        "usr/lib/aarch64-linux-gnu",
        "lib/x86_64-linux-gnu",
        "lib/aarch64-linux-gnu",
    ]
    .map(|dir| deps.join(dir).display().to_string())
    .join(":")
}

/// A server's program: where Debian puts Postgres, unpacked under `.deps`, or on the PATH.
///
/// Postgres's own directory comes first: the `psql` in `usr/bin` is a wrapper that needs Perl modules.
pub fn server(name: &str) -> anyhow::Result<PathBuf> {
    let deps = root().join(".deps");
    let mut dirs = Vec::new();
    for base in [
        deps.join("usr/lib/postgresql"),
        PathBuf::from("/usr/lib/postgresql"),
    ] {
        let versions = std::fs::read_dir(base).into_iter().flatten().flatten();
        dirs.extend(versions.map(|version| version.path().join("bin")));
    }
    dirs.push(deps.join("usr/bin"));
    dirs.extend(crate::harness::config::path_dirs());
    dirs.into_iter()
        .map(|dir| dir.join(name))
        .find(|program| program.is_file())
        .ok_or_else(|| anyhow!("{name} is not installed; run `make deps`"))
}

/// A Python that imports aiosmtpd, a mail server that we did not write: one unpacked under `.deps`, or
/// the system's, for which perhaps aiosmtpd alone was unpacked.
pub fn aiosmtpd() -> anyhow::Result<Command> {
    let pythons = [
        (root().join(".deps/usr/bin/python3"), libraries()),
        (PathBuf::from("/usr/bin/python3"), String::new()),
    ];
    pythons
        .iter()
        .map(|(program, libraries)| move || python(program, libraries))
        .find(|python| imports_aiosmtpd(python()))
        .map(|python| python())
        .ok_or_else(|| anyhow!("python3-aiosmtpd is not installed; run `make deps`"))
}

fn python(program: &Path, libraries: &str) -> Command {
    let mut python = Command::new(program);
    let packages = root().join(".deps/usr/lib/python3/dist-packages");
    python
        .env("PYTHONPATH", packages)
        .env_remove("PYTHONHOME")
        .env("LD_LIBRARY_PATH", libraries);
    python
}

fn imports_aiosmtpd(mut python: Command) -> bool {
    let imports = python
        .args(["-c", "import aiosmtpd.smtp"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    imports.is_ok_and(|status| status.success())
}

/// One of our own binaries, built in the same profile as this one.
pub fn ours(name: &str) -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe().context("where this program is")?;
    let dirs = me.ancestors().skip(1).take(2);
    dirs.map(|dir| dir.join(name))
        .find(|program| program.is_file())
        .ok_or_else(|| anyhow!("{name} is not built; run `cargo build --workspace --bins`"))
}
