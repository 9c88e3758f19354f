//! One of our own processes, to be killed, paused, stopped, and asked for its logs.

use std::{
    path::{Path, PathBuf},
    process::ExitStatus,
};

use super::{child::Child, fresh::fresh_dir, until::until};
use crate::{find, http};

pub struct Process {
    child: Child,
    dir: PathBuf,
}

impl Process {
    /// Starts the binary `name` under `env` alone.
    pub fn spawn(name: &str, env: &[(&str, String)]) -> anyhow::Result<Self> {
        Self::run(&find::ours(name)?, &[], env)
    }

    /// Starts `program` with `args` under `env` alone.
    pub fn run(program: &Path, args: &[&str], env: &[(&str, String)]) -> anyhow::Result<Self> {
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let dir = fresh_dir(&name)?;
        let args: Vec<_> = args.iter().map(ToString::to_string).collect();
        let env = env
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        let child = Child::start(program, &args, &env.collect::<Vec<_>>(), &dir.join("log"))?;
        Ok(Self { child, dir })
    }

    pub fn pid(&self) -> u32 {
        self.child.pid()
    }

    pub fn kill9(&self) {
        self.child.signal("KILL");
    }

    pub fn term(&self) {
        self.child.signal("TERM");
    }

    pub fn pause(&self) {
        self.child.signal("STOP");
    }

    pub fn resume(&self) {
        self.child.signal("CONT");
    }

    /// Its exit status, once it has ended.
    pub fn ended(&self) -> Option<ExitStatus> {
        self.child.ended()
    }

    /// Waits for its end.
    pub async fn wait(&self) -> ExitStatus {
        until("the process has ended", async || self.ended().is_some()).await;
        self.ended().unwrap_or_default()
    }

    /// All that it has printed.
    pub fn logs(&self) -> String {
        std::fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }

    /// Where it serves `/livez`, `/readyz` and `/metrics`.
    pub async fn metrics_addr(&self) -> String {
        let line = self.wait_for_log("\"serves\":\"metrics\"").await;
        let addr = line.split("\"addr\":\"").nth(1);
        let addr = addr.and_then(|rest| rest.split('"').next());
        addr.unwrap_or_default().to_owned()
    }

    /// The status and body that `path` answers with there.
    pub async fn probe(&self, path: &str) -> anyhow::Result<(u16, String)> {
        http::get(&self.metrics_addr().await, path)
    }

    /// Waits until a line of its log contains `text`, and answers the line.
    pub async fn wait_for_log(&self, text: &str) -> String {
        let line = || {
            self.logs()
                .lines()
                .find(|line| line.contains(text))
                .map(str::to_owned)
        };
        until(
            &format!("the log says {text:?}; it says:\n{}", self.logs()),
            async || line().is_some(),
        )
        .await;
        line().unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill9();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}
