//! The nodes of a cluster, and which of them has which slot as far as we know.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use futures_util::{FutureExt, future::select_ok};
use redis::{
    Client, ConnectionAddr, ConnectionInfo, ErrorKind, RedisResult, cluster_routing::Slot,
};
use tokio::sync::{Mutex, watch};

use super::{
    in_time,
    lasting::Lasting,
    single,
    slots::{self, At, Range},
};

pub(super) struct Nodes {
    seeds: Vec<(At, Arc<Node>)>,
    /// How each node is spoken to, but for its address.
    like: ConnectionInfo,
    known: RwLock<Known>,
    looking: Mutex<()>,
    pub(super) disturbed: watch::Sender<()>,
}

pub(super) struct Node {
    pub(super) client: Client,
    pub(super) shared: Lasting,
}

#[derive(Default)]
struct Known {
    /// How many looks it took to know this.
    looks: u64,
    masters: HashMap<Slot, Arc<Node>>,
    all: HashMap<At, Arc<Node>>,
    /// Who told: it answers, so it is asked what any node may be asked.
    teller: Option<Arc<Node>>,
}

impl Nodes {
    pub(super) fn new(seeds: Vec<ConnectionInfo>) -> RedisResult<Self> {
        let nobody = || (ErrorKind::InvalidClientConfig, "a cluster without a node");
        let disturbed = watch::Sender::new(());
        let like = seeds.first().cloned().ok_or_else(nobody)?;
        let named = seeds
            .into_iter()
            .map(|seed| Ok((at(seed.addr()), Node::new(seed, disturbed.clone())?)));
        Ok(Self {
            seeds: named.collect::<RedisResult<_>>()?,
            like,
            known: RwLock::default(),
            looking: Mutex::default(),
            disturbed,
        })
    }

    pub(super) fn looks(&self) -> u64 {
        self.read(|known| known.looks)
    }

    /// The master that has the slot of `key`; any node, without one.
    pub(super) fn of(&self, key: Option<&[u8]>) -> RedisResult<Arc<Node>> {
        let node = self.read(|known| match key {
            Some(key) => known.masters.get(&Slot::for_key(key)).cloned(),
            None => known.teller.clone(),
        });
        let nobody = (
            ErrorKind::ClusterConnectionNotFound,
            "no node has this slot",
        );
        node.ok_or_else(|| nobody.into())
    }

    /// Asks all nodes at once who has which slot, and believes the first that answers; unless somebody
    /// has asked since `seen` looks were made.
    pub(super) async fn look(&self, seen: u64) -> RedisResult<()> {
        in_time(async {
            let _one_at_a_time = self.looking.lock().await;
            if self.looks() > seen {
                return Ok(());
            }
            let all = self.read(|known| known.all.clone());
            let nodes = all.into_iter().chain(self.seeds.iter().cloned());
            let asked = nodes.map(|(at, node)| ask(at, node).boxed());
            let ((teller, ranges), _slower) = select_ok(asked).await?;
            self.learn(teller, &ranges)
        })
        .await
    }

    /// The same, without waiting for it.
    pub(super) fn look_soon(self: &Arc<Self>) {
        if self.looking.try_lock().is_ok() {
            let (nodes, seen) = (self.clone(), self.looks());
            tokio::spawn(async move { nodes.look(seen).await });
        }
    }

    fn learn(&self, teller: Arc<Node>, ranges: &[Range]) -> RedisResult<()> {
        let before = self.read(|known| known.all.clone());
        let mut now = Known {
            looks: self.looks() + 1,
            teller: Some(teller),
            ..Known::default()
        };
        for at in ranges.iter().flat_map(|range| &range.nodes) {
            let node = before.get(at).or_else(|| now.all.get(at)).cloned();
            let node = node.map_or_else(|| self.node(at), Ok)?;
            now.all.insert(at.clone(), node);
        }
        for range in ranges {
            let master = range.nodes.first().and_then(|at| now.all.get(at));
            let slots = (range.from..=range.to).filter_map(Slot::new);
            let owned = slots.filter_map(|slot| Some((slot, master?.clone())));
            now.masters.extend(owned);
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = now;
        Ok(())
    }

    fn node(&self, (host, port): &At) -> RedisResult<Arc<Node>> {
        let addr = match self.like.addr() {
            ConnectionAddr::TcpTls {
                insecure,
                tls_params,
                ..
            } => ConnectionAddr::TcpTls {
                host: host.clone(),
                port: *port,
                insecure: *insecure,
                tls_params: tls_params.clone(),
            },
            _ => ConnectionAddr::Tcp(host.clone(), *port),
        };
        Node::new(self.like.clone().set_addr(addr), self.disturbed.clone())
    }

    fn read<T>(&self, what: impl FnOnce(&Known) -> T) -> T {
        what(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Node {
    fn new(info: ConnectionInfo, disturbed: watch::Sender<()>) -> RedisResult<Arc<Self>> {
        let client = Client::open(info)?;
        let shared = Lasting::new(single::find(client.clone()), disturbed);
        Ok(Arc::new(Self { client, shared }))
    }
}

fn at(addr: &ConnectionAddr) -> At {
    match addr {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
            (host.clone(), *port)
        }
        other => (other.to_string(), 0),
    }
}

async fn ask(at: At, node: Arc<Node>) -> RedisResult<(Arc<Node>, Vec<Range>)> {
    let answer = node.shared.one(redis::cmd("CLUSTER").arg("SLOTS")).await?;
    let ranges = slots::read(answer.extract_error()?, &at.0)?;
    if ranges.is_empty() {
        let alone = (
            ErrorKind::ClusterConnectionNotFound,
            "a node knows of no cluster",
        );
        return Err(alone.into());
    }
    Ok((node, ranges))
}
