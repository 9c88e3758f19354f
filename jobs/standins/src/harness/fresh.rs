//! Ports and folders that nobody else uses.

use std::{
    net::{Ipv4Addr, TcpListener, UdpSocket},
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use uuid::Uuid;

use super::config;

/// Below those that the kernel lends to connections: else one of these may take it before a server does.
const PORTS: Range<u16> = 10_000..32_000;

/// For one server, also while it is stopped and may start again: no other test draws the same one, in
/// whatever process, for this holds the port's number in UDP, where none of the servers listens.
pub(super) struct Port {
    number: u16,
    _held: UdpSocket,
}

impl Port {
    /// One that nobody listens on.
    pub(super) fn draw() -> anyhow::Result<Self> {
        let drawn = || PORTS.start + Uuid::new_v4().as_fields().1 % (PORTS.end - PORTS.start);
        let mut tries = std::iter::repeat_with(drawn).take(1000);
        tries.find_map(Self::hold).context("a free port")
    }

    fn hold(number: u16) -> Option<Self> {
        let port = (Ipv4Addr::LOCALHOST, number);
        let held = UdpSocket::bind(port).ok()?;
        TcpListener::bind(port).ok()?;
        Some(Self {
            number,
            _held: held,
        })
    }

    pub(super) fn number(&self) -> u16 {
        self.number
    }
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

#[cfg(test)]
mod tests {
    use super::Port;

    #[test]
    fn a_port_that_nobody_listens_on_yet_is_not_drawn_again() {
        let port = Port::draw().expect("a port");
        assert!(Port::hold(port.number()).is_none());
    }
}
