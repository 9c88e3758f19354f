//! `import apalis`, from a live one.

use apalis_redis::{Config, RedisStorage, connect};
use serde_json::{Value, json};

use super::other::Other;
use crate::given::Given;

#[tokio::test]
async fn a_live_queue_of_stock_apalis_is_taken_over_twice_in_a_row() {
    let (given, mut other) = (
        Given::new().await,
        Other::new("[tidy]\nto = \"probe\"\nrename = { ms = \"sleep_ms\" }\n").await,
    );
    let url = other.server.url();
    let mut stock = stock(&url, "tidy", 5).await;
    push(&mut stock, json!({ "ms": 9 }), 3600).await;
    let args = [
        "import",
        "apalis",
        "--from",
        &url,
        "--queue",
        "tidy",
        "--map",
        other.map.path(),
        "--yes",
    ];
    for _ in 0..2 {
        given.answers(&args);
        assert_eq!(given.stand().await, (5, 1, 0));
    }
    let left: u64 = redis::cmd("HLEN")
        .arg("tidy:data")
        .query_async(&mut other.redis)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

/// So many of a queue of stock apalis, as a program on it enqueues them.
pub(crate) async fn stock(url: &str, queue: &str, many: u64) -> RedisStorage<Value> {
    let connection = connect(url).await.expect("it answers");
    let mut stock = RedisStorage::new(connection).with_config(Config::default().queue(queue));
    for ms in 0..many {
        push(&mut stock, json!({ "ms": ms }), 0).await;
    }
    stock
}

/// As a program on stock apalis enqueues, `wait` seconds ahead.
async fn push(stock: &mut RedisStorage<Value>, payload: Value, wait: u64) {
    use apalis::prelude::{TaskBuilder, TaskSink as _};
    let task = TaskBuilder::new(payload);
    let task = if wait > 0 {
        task.run_in_seconds(wait)
    } else {
        task
    };
    stock.push_task(task.build()).await.expect("it is accepted");
}
