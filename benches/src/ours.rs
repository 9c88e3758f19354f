//! Our figures, by the operator's own command.

use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use standins::find;

/// What was not measured is 0.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Figures {
    pub(crate) enqueue_per_s: f64,
    pub(crate) drain_per_s: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    pub(crate) early: u64,
    pub(crate) ideal_ratio: f64,
}

pub(crate) fn bench(url: &str, args: &[&str]) -> anyhow::Result<Figures> {
    let mut honeydue = Command::new(find::ours("honeydue")?);
    honeydue.args(["bench", "-o", "json"]).args(args);
    let ran = honeydue
        .env("REDIS_URL", url)
        .output()
        .context("running honeydue bench")?;
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(
        ran.status.success(),
        "honeydue bench {}: {said}",
        args.join(" ")
    );
    Ok(serde_json::from_slice(&ran.stdout)?)
}
