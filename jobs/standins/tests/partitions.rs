//! A process that would look for jobs in other partitions than those that put them there.

use std::time::Duration;

use redis::{AsyncCommands as _, AsyncConnectionConfig, aio::MultiplexedConnection};
use standins::{Process, Redis, until};

#[tokio::test]
async fn no_process_starts_that_would_lose_sight_of_jobs() {
    let (redis, prefix) = (standins::redis().await.url(), standins::prefix());
    differ(&mut connect(&redis).await, &prefix).await;
    let database = standins::database().await;
    let env = env(redis, prefix, database.url());
    for name in ["honeydue-worker", "honeydue-scheduler", "honeydue-api"] {
        let process = Process::spawn(name, &env).unwrap();
        let (end, logs) = (process.wait().await, process.logs());
        assert_eq!(end.code(), Some(1), "{name}: {logs}");
        assert!(
            logs.contains("4 partitions in Redis, and 1"),
            "{name}: {logs}"
        );
    }
}

/// Somebody rotated a password, or forgot a right: that takes minutes, and no sign-up.
#[tokio::test]
async fn the_api_outlives_a_redis_that_refuses_it_and_then_asks_again() {
    let (redis, prefix) = (Redis::start(&[]).await.unwrap(), standins::prefix());
    let mut connection = connect(&redis.url()).await;
    let database = standins::database().await;
    let as_api = redis.url().replace("//", "//api:secret@");
    let env = env(as_api, prefix.clone(), database.url());
    let process = Process::spawn("honeydue-api", &env).unwrap();
    process.wait_for_log("Redis refuses us").await;
    redis
        .tell("ACL SETUSER api on >secret ~* &* +@all -hget")
        .unwrap();
    until("it asks again", async || {
        refused(connection.clone()).await >= 2
    })
    .await;
    differ(&mut connection, &prefix).await;
    redis.tell("ACL SETUSER api +hget").unwrap();
    let (end, logs) = (process.wait().await, process.logs());
    assert_eq!(end.code(), Some(1), "{logs}");
    assert!(logs.contains("4 partitions in Redis, and 1"), "{logs}");
    assert_eq!(logs.matches("Redis refuses us").count(), 1, "{logs}");
}

async fn connect(redis: &str) -> MultiplexedConnection {
    let client = redis::Client::open(redis).expect("a URL");
    // The client's own half a second is too little where other tests keep this Redis busy.
    let patience = Some(Duration::from_mins(1));
    let patient = AsyncConnectionConfig::new()
        .set_connection_timeout(patience)
        .set_response_timeout(patience);
    let connection = client.get_multiplexed_async_connection_with_config(&patient);
    connection.await.expect("Redis answers")
}

async fn differ(connection: &mut MultiplexedConnection, prefix: &str) {
    let state = format!("{prefix}{{mail.0}}:state");
    let told = connection.hset(state, "partitions", 4).await;
    let () = told.expect("Redis answers");
}

/// How often somebody was not let read.
async fn refused(mut connection: MultiplexedConnection) -> usize {
    let mut asked = redis::cmd("INFO");
    let asked = asked.arg("commandstats").query_async(&mut connection);
    let stats: String = asked.await.expect("Redis answers");
    let hget = stats.lines().find(|line| line.starts_with("cmdstat_hget:"));
    let count = hget.and_then(|line| line.split("rejected_calls=").nth(1)?.split(',').next());
    count.map_or(0, |count| count.parse().expect("a number"))
}

fn env(redis: String, prefix: String, database: String) -> [(&'static str, String); 9] {
    [
        ("REDIS_URL", redis),
        ("REDIS_PREFIX", prefix),
        ("DATABASE_URL", database),
        ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("LISTEN", "127.0.0.1:0".to_owned()),
        ("SMTP_URL", "smtp://127.0.0.1:9".to_owned()),
        ("MAIL_FROM", "hello@honeydue.example.com".to_owned()),
        ("PUBLIC_URL", "https://honeydue.example.com".to_owned()),
        (
            "SECRET_KEY",
            "of-this-loopback-only-and-32-long-at-least".to_owned(),
        ),
    ]
}
