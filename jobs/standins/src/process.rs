//! One of our own binaries, run as a real process that can be signalled and killed.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use rustix::process::Signal;

use crate::{
    Exit,
    blocking::blocking,
    out,
    scratch::Scratch,
    tether::{Leash, Tether},
};

const LOOK: Duration = Duration::from_millis(5);
/// How long a line is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many lines of its log a failing test shows.
const LAST_WORDS: usize = 60;

/// A running process. Dropping it kills it.
pub struct Process {
    name: String,
    tether: Tether,
    dir: Scratch,
}

impl Process {
    /// Starts `target/<profile>/<name>`, of the profile we were built in, in this environment and
    /// no other.
    pub async fn spawn<K, V>(name: &str, environment: impl IntoIterator<Item = (K, V)>) -> Result<Self>
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        Self::spawn_with(name, &[], environment).await
    }

    /// The same, with arguments.
    pub async fn spawn_with<K, V>(
        name: &str,
        args: &[&str],
        environment: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self>
    where
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let mut command = vec![OsString::from(binary(name)?)];
        command.extend(args.iter().map(OsString::from));
        let environment = environment.into_iter().map(|(k, v)| (k.into(), v.into()));
        let (name, environment) = (name.to_owned(), environment.collect());
        blocking(move || Self::begin(name, command, environment)).await
    }

    fn begin(
        name: String,
        command: Vec<OsString>,
        environment: Vec<(OsString, OsString)>,
    ) -> Result<Self> {
        let dir = Scratch::new(&name)?;
        let leash = Leash {
            command,
            environment,
            log: dir.path().join("log"),
            dir: dir.path().to_owned(),
            farewell: "KILL",
        };
        let tether = Tether::tie(&leash).with_context(|| format!("{name} did not start"))?;
        Ok(Self { name, tether, dir })
    }

    pub fn pid(&self) -> u32 {
        self.tether.pid()
    }

    /// `None` while it runs.
    pub fn exit(&self) -> Option<Exit> {
        self.tether.exit()
    }

    /// Ends it with no time to say good-bye; it has ended when this returns.
    pub async fn kill9(&self) {
        self.tether.signal(Signal::KILL);
        self.wait(PATIENCE).await;
    }

    /// Asks it to end. A second time is a second signal.
    pub fn term(&self) {
        self.tether.signal(Signal::TERM);
    }

    pub fn interrupt(&self) {
        self.tether.signal(Signal::INT);
    }

    /// It stands still, as on a machine that swaps: it keeps its connections and answers nothing.
    pub fn pause(&self) {
        self.tether.signal(Signal::STOP);
    }

    pub fn resume(&self) {
        self.tether.signal(Signal::CONT);
    }

    /// How it ended; `None` if it still runs after `limit`.
    pub async fn wait(&self, limit: Duration) -> Option<Exit> {
        let ended = self.tether.ended();
        blocking(move || ended.within(limit)).await
    }

    /// All that it has said so far, on stdout and stderr.
    pub fn logs(&self) -> String {
        let log = fs::read(self.log_file()).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    pub fn log_file(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    /// The first line of its log with `text` in it, once it is there.
    pub async fn said(&self, text: &str) -> Result<String> {
        let begun = Instant::now();
        loop {
            let ended = self.exit(); // asked first: what it said before its end counts
            if let Some(line) = self.logs().lines().find(|line| line.contains(text)) {
                return Ok(line.to_owned());
            }
            if let Some(exit) = ended {
                bail!("{} never said {text:?}: {exit}", self.name);
            }
            if begun.elapsed() > PATIENCE {
                bail!("{} did not say {text:?} within {PATIENCE:?}", self.name);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for Process {
    /// What it said is most of what one wants to know of a test that failed.
    fn drop(&mut self) {
        if thread::panicking() {
            let logs = self.logs();
            let lines: Vec<&str> = logs.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST_WORDS)..];
            out::aside(&format!("---- {} said last:\n{}", self.name, last.join("\n")));
        }
    }
}

/// Where cargo put the binary that belongs to what is running.
pub(crate) fn binary(name: &str) -> Result<PathBuf> {
    let us = std::env::current_exe().context("can't tell where this program lies")?;
    let dir = us.parent().unwrap_or(Path::new("."));
    let of_tests = dir.file_name().is_some_and(|name| name == "deps");
    let profile = if of_tests { dir.parent().unwrap_or(dir) } else { dir };
    let binary = profile.join(name);
    if !binary.is_file() {
        bail!("{} is not built: run `cargo build --workspace`", binary.display());
    }
    Ok(binary)
}
