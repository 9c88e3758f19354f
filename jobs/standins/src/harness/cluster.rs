//! A Redis Cluster: masters, and replicas that take over from them.

mod line;

use std::fmt::Write as _;

use anyhow::{Context as _, ensure};

use self::line::Line;
use super::{
    fresh::Port,
    redis::{Redis, ask},
    until::until,
};

const SLOTS: usize = 16384;
/// A node that is silent for this long is believed dead.
const TIMEOUT_MS: &str = "1000";

pub struct Cluster {
    /// The masters first, at the beginning.
    nodes: Vec<Redis>,
    /// On which they speak to each other.
    buses: Vec<Port>,
    masters: usize,
    lost: Vec<usize>,
}

impl Cluster {
    /// Starts `masters` nodes with `replicas` each, and waits until they are one healthy cluster.
    pub async fn start(masters: usize, replicas: usize) -> anyhow::Result<Self> {
        let mut cluster = Self {
            nodes: Vec::new(),
            buses: Vec::new(),
            masters,
            lost: Vec::new(),
        };
        for _ in 0..masters * (1 + replicas) {
            let bus = Port::draw()?;
            cluster.nodes.push(node(&bus).await?);
            cluster.buses.push(bus);
        }
        cluster.share_out_slots()?;
        cluster.introduce().await;
        cluster.appoint_replicas()?;
        cluster.until_healthy().await;
        cluster.until_in_step().await;
        Ok(cluster)
    }

    /// All nodes, as seeds.
    pub fn url(&self) -> String {
        let mut url = String::new();
        for node in &self.nodes {
            let comma = if url.is_empty() { "" } else { "," };
            let _ = write!(url, "{comma}{}", node.url());
        }
        url
    }

    /// Ends a node as a crash would.
    pub fn kill(&mut self, node: usize) {
        self.nodes[node].kill();
        self.lost.push(node);
    }

    /// The node says nothing more, and its connections stay open.
    pub fn pause(&mut self, node: usize) {
        self.nodes[node].pause();
        self.lost.push(node);
    }

    /// The master that has the slot of `key` now.
    pub fn owner_of(&self, key: &str) -> anyhow::Result<usize> {
        let answer = self.ask_any(&format!("CLUSTER KEYSLOT {key}"))?;
        let slot: usize = answer
            .trim_start_matches(':')
            .lines()
            .next()
            .unwrap_or("")
            .parse()?;
        let nodes = self.ask_any("CLUSTER NODES")?;
        let owner = nodes
            .lines()
            .filter_map(Line::read)
            .find(|line| line.has(slot));
        let port = owner.context("a slot without a master")?.port;
        let place = self.nodes.iter().position(|node| node.port() == port);
        place.context("a master that is not ours")
    }

    /// Waits until all living nodes agree that every slot has a living master.
    pub async fn until_healthy(&self) {
        until("the cluster is healthy", async || {
            let ports: Vec<_> = self.living().map(Redis::port).collect();
            ports.iter().all(|port| self.is_healthy(*port, &ports))
        })
        .await;
    }

    fn is_healthy(&self, asked: u16, living: &[u16]) -> bool {
        let ok = ask(asked, "CLUSTER INFO").is_ok_and(|info| info.contains("cluster_state:ok\r"));
        let nodes = ask(asked, "CLUSTER NODES").unwrap_or_default();
        let masters = nodes
            .lines()
            .filter_map(Line::read)
            .filter(|line| !line.slots.is_empty());
        let masters: Vec<_> = masters.collect();
        let alive = |line: &Line| !line.failed && living.contains(&line.port);
        ok && masters.len() == self.masters && masters.iter().all(alive)
    }

    fn share_out_slots(&self) -> anyhow::Result<()> {
        for (place, node) in self.nodes.iter().enumerate() {
            // Each its own epoch, or they would first have to settle which of them are to change.
            order(node, &format!("CLUSTER SET-CONFIG-EPOCH {}", place + 1))?;
            if place < self.masters {
                let from = SLOTS * place / self.masters;
                let to = SLOTS * (place + 1) / self.masters - 1;
                order(node, &format!("CLUSTER ADDSLOTSRANGE {from} {to}"))?;
            }
        }
        Ok(())
    }

    async fn introduce(&self) {
        let knows_all = |node: &Redis| {
            let answer = ask(node.port(), "CLUSTER NODES").unwrap_or_default();
            let known = answer.lines().filter_map(Line::read);
            known.filter(|line| !line.failed).count() == self.nodes.len()
                && !answer.contains("handshake")
        };
        until("all nodes know each other", async || {
            self.meet_strangers().is_ok() && self.nodes.iter().all(knows_all)
        })
        .await;
    }

    /// A node that is slow to answer is forgotten again after a second, and has to be met once more.
    fn meet_strangers(&self) -> anyhow::Result<()> {
        let known = ask(self.nodes[0].port(), "CLUSTER NODES")?;
        for (node, bus) in self.nodes.iter().zip(&self.buses).skip(1) {
            if !known.contains(&format!("127.0.0.1:{}@", node.port())) {
                let meet = format!("CLUSTER MEET 127.0.0.1 {} {}", node.port(), bus.number());
                order(&self.nodes[0], &meet)?;
            }
        }
        Ok(())
    }

    fn appoint_replicas(&self) -> anyhow::Result<()> {
        let (masters, replicas) = self.nodes.split_at(self.masters);
        for (master, replica) in masters.iter().cycle().zip(replicas) {
            let id = ask(master.port(), "CLUSTER MYID")?;
            let id = id.lines().nth(1).context("a node without an id")?;
            order(replica, &format!("CLUSTER REPLICATE {id}"))?;
        }
        Ok(())
    }

    async fn until_in_step(&self) {
        let replicas = &self.nodes[self.masters..];
        let in_step = |node: &Redis| {
            let info = ask(node.port(), "INFO replication").unwrap_or_default();
            info.contains("master_link_status:up\r")
        };
        until("the replicas are in step", async || {
            replicas.iter().all(in_step)
        })
        .await;
    }

    fn ask_any(&self, command: &str) -> anyhow::Result<String> {
        let living = self.living().next().context("all nodes are dead")?;
        Ok(ask(living.port(), command)?)
    }

    fn living(&self) -> impl Iterator<Item = &Redis> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter_map(|(place, node)| (!self.lost.contains(&place)).then_some(node))
    }
}

async fn node(bus: &Port) -> anyhow::Result<Redis> {
    let bus = bus.number().to_string();
    let args = [
        ["--cluster-enabled", "yes"],
        // By default the bus is 10,000 above the port: often there is no such port.
        ["--cluster-port", &bus],
        ["--cluster-node-timeout", TIMEOUT_MS],
        // A replica stands for election however long ago it lost its master.
        ["--cluster-replica-validity-factor", "0"],
        ["--repl-diskless-sync-delay", "0"],
    ];
    Redis::start(&args.concat()).await
}

fn order(node: &Redis, command: &str) -> anyhow::Result<()> {
    let answer = ask(node.port(), command)?;
    ensure!(answer.starts_with("+OK"), "{command}: {answer}");
    Ok(())
}
