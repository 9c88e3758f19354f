//! An id is in `jobs` if and only if exactly one token of it is in ready, due, leases, dead or done; and
//! what is counted as ready is what may run.

use std::collections::BTreeMap;

use redis::AsyncCommands;

use crate::{Queue, record::is_tombstone, tests::QUEUE};

/// Reads everything, which only a test may.
pub(super) async fn holds(queue: &Queue) {
    let keys = queue.keys(QUEUE);
    let mut redis = queue.link.shared();
    let mut tokens: BTreeMap<Vec<u8>, Vec<&str>> = BTreeMap::new();
    let ready: Vec<Vec<u8>> = redis.lrange(&keys.ready, 0, -1).await.unwrap();
    let sets = [
        ("due", &keys.due),
        ("leases", &keys.leases),
        ("dead", &keys.dead),
        ("done", &keys.done),
    ];
    for token in &ready {
        tokens
            .entry(token[..16].to_vec())
            .or_default()
            .push("ready");
    }
    for (name, key) in sets {
        let members: Vec<Vec<u8>> = redis.zrange(key, 0, -1).await.unwrap();
        for token in members {
            tokens.entry(token[..16].to_vec()).or_default().push(name);
        }
    }
    let waits = ready_to_run(queue, &ready).await;
    let counts = queue.counts(QUEUE).await.unwrap();
    assert_eq!(counts.ready, waits, "what is counted as ready");
    let ids: Vec<Vec<u8>> = redis.hkeys(&keys.jobs).await.unwrap();
    for id in &ids {
        let places = tokens.remove(id).unwrap_or_default();
        assert_eq!(places.len(), 1, "the tokens of {id:?} are in {places:?}");
    }
    assert!(tokens.is_empty(), "tokens without a record: {tokens:?}");
    let trails: Vec<Vec<u8>> = redis.hkeys(&keys.trail).await.unwrap();
    assert!(
        trails.iter().all(|id| ids.contains(id)),
        "a trail outlived its job"
    );
}

/// How many of these entries are of jobs that were not called off.
async fn ready_to_run(queue: &Queue, entries: &[Vec<u8>]) -> u64 {
    if entries.is_empty() {
        return 0;
    }
    let ids: Vec<_> = entries.iter().map(|entry| &entry[..16]).collect();
    let mut asked = redis::cmd("HMGET");
    asked.arg(queue.keys(QUEUE).jobs).arg(ids);
    let records: Vec<Vec<u8>> = asked.query_async(&mut queue.link.shared()).await.unwrap();
    let waits = records
        .iter()
        .filter(|record| !is_tombstone(record))
        .count();
    waits.try_into().unwrap()
}
