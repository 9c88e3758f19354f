//! Redis as it is, without a queue in between.

use std::time::Duration;

use redis::{AsyncConnectionConfig, aio::MultiplexedConnection};

pub(crate) async fn redis_at(url: &str) -> MultiplexedConnection {
    let client = redis::Client::open(url).expect("a Redis URL");
    // The client's own half a second is too little where other tests keep this Redis busy.
    let patience = Some(Duration::from_mins(1));
    let patient = AsyncConnectionConfig::new()
        .set_connection_timeout(patience)
        .set_response_timeout(patience);
    let redis = client.get_multiplexed_async_connection_with_config(&patient);
    redis.await.expect("Redis answers")
}

/// The keys that match, each once, in steps: others use this server meanwhile.
pub(crate) async fn keys(redis: &mut MultiplexedConnection, pattern: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), 0_u64);
    loop {
        let mut step = redis::cmd("SCAN");
        step.arg(cursor).arg("MATCH").arg(pattern);
        step.arg("COUNT").arg(1000);
        let (next, found): (u64, Vec<String>) =
            step.query_async(redis).await.expect("Redis answers");
        all.extend(found);
        cursor = next;
        if cursor == 0 {
            all.sort();
            all.dedup();
            return all;
        }
    }
}
