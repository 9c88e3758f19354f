//! Stock apalis-redis 1.0, tuned as well as it can be, on as many jobs as it can drain.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use apalis::prelude::{
    BackendExt as _, BoxDynError, Data, TaskBuilder, TaskSink as _, WorkerBuilder,
    WorkerBuilderExt as _,
};
use apalis_redis::{Config, RedisStorage};
use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use crate::{STOCK_JOBS, per_second};

const IN_FLIGHT: usize = 50;
const CONCURRENCY: usize = 100;
/// It may stop for good: then its rate is 0.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Push {
    user_id: u64,
    device: String,
    kind: String,
    n: u32,
}

pub(crate) struct Rates {
    pub(crate) enqueue: f64,
    pub(crate) bulk: f64,
    pub(crate) drain: f64,
}

pub(crate) async fn measure(url: &str) -> anyhow::Result<Rates> {
    let error = |error: BoxDynError| anyhow::anyhow!("apalis-redis: {error}");
    let connection = apalis_redis::connect(url).await?;
    let config = Config::default()
        .queue("stock")
        .batch_size(CONCURRENCY)
        .lock_tasks(false);
    let storage = RedisStorage::<Push>::new(connection).with_config(config);
    let push: Push = serde_json::from_slice(crate::PAYLOAD)?;
    let begun = Instant::now();
    stream::iter(0..STOCK_JOBS)
        .for_each_concurrent(IN_FLIGHT, |_| {
            let (mut storage, push) = (storage.clone(), push.clone());
            async move { drop(storage.push_task(TaskBuilder::new(push).build()).await) }
        })
        .await;
    let enqueue = per_second(STOCK_JOBS, begun);
    let drain = drain(storage.clone()).await.map_err(error)?;
    let begun = Instant::now();
    let bulk = storage.clone().push_bulk(vec![push; STOCK_JOBS]).await;
    bulk.map_err(|error| anyhow::anyhow!("apalis-redis: {error}"))?;
    Ok(Rates {
        enqueue,
        drain,
        bulk: per_second(STOCK_JOBS, begun),
    })
}

async fn drain(storage: RedisStorage<Push>) -> Result<f64, BoxDynError> {
    let done = Arc::new(AtomicUsize::new(0));
    let count = done.clone();
    let begun = Instant::now();
    let worker = WorkerBuilder::new("stock")
        .backend(storage.poll_with_interval(Duration::from_millis(1)))
        .concurrency(CONCURRENCY)
        .data(count)
        .build(|_: Push, done: Data<Arc<AtomicUsize>>| async move {
            done.fetch_add(1, Ordering::Relaxed);
            Ok::<_, BoxDynError>(())
        });
    let all = async {
        while done.load(Ordering::Relaxed) < STOCK_JOBS {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let finished = tokio::select! {
        ended = worker.run() => ended.is_ok(),
        finished = timeout(PATIENCE, all) => finished.is_ok(),
    };
    Ok(if finished {
        per_second(STOCK_JOBS, begun)
    } else {
        0.0
    })
}
