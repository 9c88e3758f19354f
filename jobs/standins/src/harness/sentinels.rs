//! A master, its replica, and the three sentinels that decide which of the two it is.

use std::path::PathBuf;

use anyhow::Context as _;

use super::{
    child::Child,
    fresh::{Port, fresh_dir},
    redis::{Redis, ask},
    until::until,
};
use crate::find;

/// What the sentinels call the master.
const SERVICE: &str = "home";
/// A master that is silent for this long is believed dead.
const DOWN_AFTER_MS: u32 = 600;
const FAILOVER_MS: u32 = 2000;
const SENTINELS: usize = 3;

pub struct Sentinels {
    servers: Vec<Redis>,
    witnesses: Vec<Sentinel>,
    /// The port of the master before the failover that is waited for.
    lost: Option<u16>,
}

impl Sentinels {
    /// Starts them, and waits until all know each other and the replica.
    pub async fn start() -> anyhow::Result<Self> {
        let usual = ["--repl-diskless-sync-delay", "0"];
        let master = Redis::start(&usual).await?;
        let port = master.port().to_string();
        let follow = ["--replicaof", "127.0.0.1", &port];
        let replica = Redis::start(&[&usual[..], &follow].concat()).await?;
        // They learn of replicas once in ten seconds: the first time must do.
        until("the replica is in step", async || {
            let up = ["master_link_status:up\r"];
            says(replica.port(), "INFO replication", &up)
        })
        .await;
        let sentinels = (0..SENTINELS).map(|_| Sentinel::start(master.port()));
        let all = Self {
            witnesses: sentinels.collect::<anyhow::Result<_>>()?,
            servers: vec![master, replica],
            lost: None,
        };
        all.until_acquainted().await;
        Ok(all)
    }

    pub fn url(&self) -> String {
        let hosts = self
            .witnesses
            .iter()
            .map(|one| format!("127.0.0.1:{}", one.port.number()));
        let hosts: Vec<_> = hosts.collect();
        format!("redis-sentinel://{}/{SERVICE}", hosts.join(","))
    }

    /// Ends the master as a crash would.
    pub fn kill_master(&mut self) {
        if let Some(master) = self.lose_master() {
            master.kill();
        }
    }

    /// The master says nothing more, and its connections stay open.
    pub fn pause_master(&mut self) {
        if let Some(master) = self.lose_master() {
            master.pause();
        }
    }

    /// Waits until the sentinels agree on another master than the one lost, and it knows.
    pub async fn until_failed_over(&self) {
        until("the sentinels name another master", async || {
            let named: Vec<_> = self.witnesses.iter().map(Sentinel::names).collect();
            let new = named[0].filter(|port| named.iter().all(|named| *named == Some(*port)));
            let is_master = |port| says(port, "INFO replication", &["role:master\r"]);
            new.is_some_and(|port| Some(port) != self.lost && is_master(port))
        })
        .await;
    }

    fn lose_master(&mut self) -> Option<&mut Redis> {
        self.lost = self.witnesses.iter().find_map(Sentinel::names);
        let lost = self.lost;
        self.servers
            .iter_mut()
            .find(|server| Some(server.port()) == lost)
    }

    async fn until_acquainted(&self) {
        until(
            "the sentinels know each other and the replica",
            async || self.witnesses.iter().all(Sentinel::knows_the_others),
        )
        .await;
    }
}

struct Sentinel {
    _child: Child,
    dir: PathBuf,
    port: Port,
}

impl Sentinel {
    /// Its configuration is a file: it writes there what it learns.
    fn start(master: u16) -> anyhow::Result<Self> {
        let (dir, port) = (fresh_dir("sentinel")?, Port::draw()?);
        let config = format!(
            "port {}\nbind 127.0.0.1\ndir {}\n\
             sentinel monitor {SERVICE} 127.0.0.1 {master} 2\n\
             sentinel down-after-milliseconds {SERVICE} {DOWN_AFTER_MS}\n\
             sentinel failover-timeout {SERVICE} {FAILOVER_MS}\n",
            port.number(),
            dir.display()
        );
        let file = dir.join("sentinel.conf");
        std::fs::write(&file, config).context("writing a sentinel's configuration")?;
        let args = [file.display().to_string(), "--sentinel".to_owned()];
        let env = [("LD_LIBRARY_PATH".to_owned(), find::libraries())];
        let log = dir.join("log");
        let child = Child::start(&find::server("redis-server")?, &args, &env, &log)?;
        Ok(Self {
            _child: child,
            dir,
            port,
        })
    }

    /// The port of the master it names.
    fn names(&self) -> Option<u16> {
        let asked = format!("SENTINEL get-master-addr-by-name {SERVICE}");
        let answer = ask(self.port.number(), &asked).ok()?;
        answer
            .lines()
            .find_map(|line| line.parse().ok().filter(|port| *port > 0))
    }

    fn knows_the_others(&self) -> bool {
        let asked = format!("SENTINEL master {SERVICE}");
        let others = format!("num-other-sentinels\r\n$1\r\n{}\r", SENTINELS - 1);
        says(
            self.port.number(),
            &asked,
            &[&others, "num-slaves\r\n$1\r\n1\r"],
        )
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

fn says(port: u16, asked: &str, texts: &[&str]) -> bool {
    ask(port, asked).is_ok_and(|answer| texts.iter().all(|text| answer.contains(text)))
}
