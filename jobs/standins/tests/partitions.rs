//! A process that would look for jobs in other partitions than those that put them there.

use redis::AsyncCommands as _;
use standins::Process;

#[tokio::test]
async fn no_process_starts_that_would_lose_sight_of_jobs() {
    let (redis, prefix) = (standins::redis().await.url(), standins::prefix());
    let client = redis::Client::open(redis.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let state = format!("{prefix}{{mail.0}}:state");
    let () = connection.hset(state, "partitions", 4).await.unwrap();
    let database = standins::database().await;
    let env = [
        ("REDIS_URL", redis),
        ("REDIS_PREFIX", prefix),
        ("DATABASE_URL", database.url()),
        ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("LISTEN", "127.0.0.1:0".to_owned()),
        ("SMTP_URL", "smtp://127.0.0.1:9".to_owned()),
        ("MAIL_FROM", "hello@honeydue.example.com".to_owned()),
        ("PUBLIC_URL", "https://honeydue.example.com".to_owned()),
        (
            "SECRET_KEY",
            "of-this-loopback-only-and-32-long-at-least".to_owned(),
        ),
    ];
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
