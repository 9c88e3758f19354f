//! Ports and folders that nobody else uses.

use std::{
    net::{Ipv4Addr, TcpListener},
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use uuid::Uuid;

use super::config;

/// Below those that the kernel lends to connections: else one of these may take it before a server does.
const PORTS: Range<u16> = 10_000..32_000;

/// One that nobody listens on, drawn at random, so that two who ask at once hardly get the same.
pub(super) fn free_port() -> anyhow::Result<u16> {
    let drawn = || PORTS.start + Uuid::new_v4().as_fields().1 % (PORTS.end - PORTS.start);
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    let mut tries = std::iter::repeat_with(drawn).take(1000);
    tries.find(is_free).context("a free port")
}

pub(super) fn fresh_dir(name: &str) -> anyhow::Result<PathBuf> {
    let dir = config::test_dir().join(format!("honeydue-{name}-{}", Uuid::new_v4().simple()));
    std::fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    Ok(dir)
}

pub(super) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
