//! The server itself, as far as it bears on the jobs that it holds.

use std::collections::{BTreeMap, BTreeSet};

use redis::AsyncCommands;
use serde::Serialize;

use crate::{Queue, QueueError};

/// Keys looked at for queues that nobody knows; a Redis of ours has hundreds.
const MOST_KEYS: usize = 10_000;

/// What `INFO` says of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Server {
    pub version: String,
    pub maxmemory: u64,
    pub used_memory: u64,
    pub policy: String,
    /// Whether it writes what it holds down as it changes.
    pub aof: bool,
    /// Whether its last write to disk went well.
    pub persists: bool,
    pub replicas: u64,
}

impl Queue {
    pub async fn server(&self) -> Result<Server, QueueError> {
        let info: String = redis::cmd("INFO")
            .query_async(&mut self.link.shared())
            .await?;
        Ok(read(&info))
    }

    /// Queues that hold something under this prefix; among the first ten thousand keys.
    pub async fn queues_in_use(&self) -> Result<BTreeSet<String>, QueueError> {
        let pattern = format!("{}{{*}}:jobs", glob(&self.prefix));
        let (mut queues, mut cursor, mut looked) = (BTreeSet::new(), 0_u64, 0);
        loop {
            let (next, keys): (u64, Vec<String>) = redis::cmd("SCAN")
                .arg(cursor)
                .arg("MATCH")
                .arg(&pattern)
                .arg("COUNT")
                .arg(1000)
                .query_async(&mut self.link.shared())
                .await?;
            queues.extend(keys.iter().filter_map(|key| queue_of(key)));
            (cursor, looked) = (next, looked + 1000);
            if cursor == 0 || looked >= MOST_KEYS {
                return Ok(queues);
            }
        }
    }

    /// In how many partitions a queue is held, as those who started with it wrote down.
    pub async fn partitions_held(&self, queue: &str) -> Result<Option<u16>, QueueError> {
        let state = self.keys(queue).state;
        Ok(self.link.shared().hget(state, "partitions").await?)
    }
}

/// What a pattern takes for itself means itself.
fn glob(prefix: &str) -> String {
    let mut plain = String::with_capacity(prefix.len());
    for c in prefix.chars() {
        if "*?[]^\\".contains(c) {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

fn queue_of(key: &str) -> Option<String> {
    let (_, inside) = key.split_once('{')?;
    let (tag, _) = inside.split_once('}')?;
    Some(tag.rsplit_once('.')?.0.to_owned())
}

fn read(info: &str) -> Server {
    let facts: BTreeMap<&str, &str> = info
        .lines()
        .filter_map(|line| line.trim_end().split_once(':'))
        .collect();
    let text = |name| facts.get(name).copied().unwrap_or_default();
    let number = |name| text(name).parse().unwrap_or_default();
    Server {
        version: text("redis_version").to_owned(),
        maxmemory: number("maxmemory"),
        used_memory: number("used_memory"),
        policy: text("maxmemory_policy").to_owned(),
        aof: text("aof_enabled") == "1",
        persists: text("rdb_last_bgsave_status") != "err" && text("aof_last_write_status") != "err",
        replicas: number("connected_slaves"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_of_itself_is_read_and_nothing_makes_it_panic() {
        let server = read(
            "# Memory\r\nmaxmemory:256\r\nused_memory:12\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n:\r\nodd",
        );
        assert_eq!((server.maxmemory, server.used_memory), (256, 12));
        assert_eq!(
            (server.policy.as_str(), server.aof, server.persists),
            ("noeviction", true, true)
        );
        assert_eq!(
            read(""),
            Server {
                persists: true,
                ..Server::default()
            }
        );
    }

    #[test]
    fn the_queue_of_a_key_is_what_its_tag_says() {
        assert_eq!(queue_of("honeydue:{mail.0}:jobs"), Some("mail".to_owned()));
        assert_eq!(queue_of("honeydue:jobs"), None);
    }
}
