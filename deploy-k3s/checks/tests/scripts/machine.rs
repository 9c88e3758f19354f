//! Where the scripts are run: nothing that they call is real.

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const FAKED: [&str; 11] = [
    "kubectl", "docker", "git", "curl", "apt-get", "ufw", "install", "sysctl", "k3s", "id", "ip",
];
const SETTINGS: &str = "\
    HONEYDUE_IMAGE=registry.example.com/honeydue\nWEB_IMAGE=registry.example.com/web:7\n\
    ADMIN_IMAGE=registry.example.com/admin:7\nAPI_HOST=api.example.com\n";

/// A machine on which every program that the scripts call is a fake.
pub(crate) struct Machine(tempfile::TempDir);

pub(crate) struct Ran {
    pub(crate) well: bool,
    pub(crate) answer: String,
    pub(crate) said: String,
    pub(crate) calls: Vec<String>,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let fake = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake.sh");
        for name in FAKED {
            symlink(&fake, dir.path().join(name)).expect("a link");
        }
        std::fs::write(dir.path().join("deploy.env"), SETTINGS).expect("a file");
        Self(dir)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn run(&self, script: &str, args: &[&str], env: &[(&str, &str)]) -> Ran {
        let _ = std::fs::remove_file(self.file("calls"));
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts");
        let mut command = Command::new("bash");
        command.arg(scripts.join(script)).args(args).env_clear();
        command.env("PATH", format!("{}:/usr/bin:/bin", self.0.path().display()));
        command
            .env("CALLS", self.file("calls"))
            .env("APPLIED", self.file("applied"));
        command
            .env("DEPLOY_ENV", self.file("deploy.env"))
            .env("WAIT", "0");
        command.envs(env.iter().copied());
        Ran::of(&command.output().expect("bash runs"), &self.file("calls"))
    }
}

impl Ran {
    fn of(output: &Output, calls: &Path) -> Self {
        let calls = std::fs::read_to_string(calls).unwrap_or_default();
        Self {
            well: output.status.success(),
            answer: String::from_utf8_lossy(&output.stdout).into_owned(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
            calls: calls.lines().map(str::to_owned).collect(),
        }
    }

    pub(crate) fn called(&self, text: &str) -> bool {
        self.calls.iter().any(|call| call.contains(text))
    }

    /// That all of these were called, each after the one before.
    pub(crate) fn in_order(&self, wanted: &[&str]) {
        let mut calls = self.calls.iter();
        for text in wanted {
            let found = calls.any(|call| call.contains(text));
            assert!(
                found,
                "{text:?} is not called in its place:\n{}",
                self.calls.join("\n")
            );
        }
    }
}
