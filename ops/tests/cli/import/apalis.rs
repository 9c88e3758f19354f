//! `import apalis`, from a live one.

use super::other::Other;
use crate::given::Given;

#[tokio::test]
async fn a_live_queue_of_stock_apalis_is_taken_over_twice_in_a_row() {
    use apalis_redis::{Config, RedisStorage, connect};
    let (given, mut other) = (
        Given::new().await,
        Other::new("[tidy]\nto = \"probe\"\nrename = { ms = \"sleep_ms\" }\n").await,
    );
    let url = other.server.url();
    let connection = connect(url.as_str()).await.unwrap();
    let mut stock: RedisStorage<serde_json::Value> =
        RedisStorage::new(connection).with_config(Config::default().queue("tidy"));
    for ms in 0..5 {
        push(&mut stock, serde_json::json!({ "ms": ms }), 0).await;
    }
    push(&mut stock, serde_json::json!({ "ms": 9 }), 3600).await;
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

/// As a program on stock apalis enqueues, `wait` seconds ahead.
async fn push(
    stock: &mut apalis_redis::RedisStorage<serde_json::Value>,
    payload: serde_json::Value,
    wait: u64,
) {
    use apalis::prelude::{TaskBuilder, TaskSink as _};
    let task = TaskBuilder::new(payload);
    let task = if wait > 0 {
        task.run_in_seconds(wait)
    } else {
        task
    };
    stock.push_task(task.build()).await.expect("it is accepted");
}
