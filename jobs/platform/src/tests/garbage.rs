//! What nobody of ours wrote, found where our records are: no panic, and the queue goes on.

use proptest::{collection::vec, prelude::*, test_runner::Config};
use redis::AsyncCommands as _;

use super::{backend::work, *};
use crate::{Failure, QueueError, State, record};

#[derive(Debug, Clone)]
struct Garbage {
    record: Vec<u8>,
    trail: Vec<u8>,
    attempt: u8,
    lost: u8,
    ready: bool,
}

/// Any bytes at all, or a record of ours with some bytes changed, which gets further.
fn record() -> impl Strategy<Value = Vec<u8>> {
    let spoilt = (
        vec((any::<usize>(), any::<u8>()), 0..8),
        vec(any::<u8>(), 0..40),
    );
    let spoilt = spoilt.prop_map(|(spots, payload)| {
        let mut job = NewJob::raw("probe", QUEUE, payload)
            .origin("o")
            .metadata("note", "n");
        job.not_after = Some(Timestamp::MAX);
        let mut bytes = record::encode(&job);
        let len = bytes.len();
        for (at, byte) in spots {
            bytes[at % len] = byte;
        }
        bytes
    });
    prop_oneof![vec(any::<u8>(), 0..60), spoilt]
}

fn trail() -> impl Strategy<Value = Vec<u8>> {
    let json = [
        "",
        "{",
        "[]",
        "null",
        r#"{"attempt":1e300,"lost":-7,"errors":3}"#,
    ];
    let json = json.map(|text| text.as_bytes().to_vec()).to_vec();
    prop_oneof![vec(any::<u8>(), 0..40), proptest::sample::select(json)]
}

fn garbage() -> impl Strategy<Value = Garbage> {
    let parts = (record(), trail(), any::<u8>(), any::<u8>(), any::<bool>());
    parts.prop_map(|(record, trail, attempt, lost, ready)| Garbage {
        record,
        trail,
        attempt,
        lost,
        ready,
    })
}

proptest! {
    #![proptest_config(Config { cases: 30, max_shrink_iters: 200, failure_persistence: None, ..Config::default() })]

    #[test]
    fn arbitrary_bytes_as_stored_jobs_stop_no_worker_and_no_operator(all in vec(garbage(), 1..20)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.unwrap().block_on(outlive(all));
    }
}

async fn outlive(all: Vec<Garbage>) {
    let queue = queue().await;
    let mut ids = Vec::new();
    for garbage in all {
        ids.push(dump(&queue, garbage).await);
    }
    can_be_shown(&queue, &ids).await;
    queue.list(QUEUE, State::Ready, 100).await.ok();
    let working = work(&queue, 5, |job| match job.read() {
        Ok(_) => Ok(()),
        Err(corrupt) => Err(Failure::Fatal(anyhow::anyhow!(corrupt))),
    });
    let sound = queue.enqueue(job()).await.expect("enqueued").id;
    standins::until("all of it has ended", async || {
        let counts = queue.counts(QUEUE).await.expect("counts");
        counts.ready + counts.running + counts.due == 0
    })
    .await;
    assert_eq!(state(&queue, sound).await, None, "a sound job is done");
    working.stop().await;
    can_be_shown(&queue, &ids).await;
}

/// Or it is said that they can't be read; but no script of ours stumbles.
async fn can_be_shown(queue: &Queue, ids: &[JobId]) {
    for id in ids {
        let shown = queue.show(QUEUE, *id).await;
        assert!(
            matches!(shown, Ok(_) | Err(QueueError::Corrupt(_))),
            "{shown:?}"
        );
    }
}

/// As if one of our scripts had put it there.
async fn dump(queue: &Queue, garbage: Garbage) -> JobId {
    let (keys, id) = (queue.keys(QUEUE), JobId::fresh(None));
    let mut redis = queue.link.shared();
    let entry = [id.as_bytes(), &[garbage.attempt, garbage.lost][..]].concat();
    let () = redis
        .hset(&keys.jobs, id.as_bytes(), garbage.record)
        .await
        .expect("stored");
    let () = redis
        .hset(&keys.trail, id.as_bytes(), garbage.trail)
        .await
        .expect("stored");
    if garbage.ready {
        let () = redis.rpush(&keys.ready, entry).await.expect("stored");
    } else {
        let () = redis.zadd(&keys.due, entry, 1).await.expect("stored");
    }
    id
}
