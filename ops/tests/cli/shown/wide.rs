//! Verbs that look at all there is, in a house of their own.

use insta::Settings;
use standins::Redis;

use super::shows;
use crate::given::Given;

/// What a server says of itself, and a machine of how fast it is.
fn without_the_machine() -> impl Sized {
    let mut settings = Settings::clone_current();
    settings.add_filter(r"Redis \d+\.\d+\.\d+", "Redis x.x.x");
    settings.add_filter(r#""version":( ?)"[\d.]+""#, r#""version":$1"x.x.x""#);
    settings.add_filter(r#"used_memory":( ?)\d+"#, r#"used_memory":${1}x"#);
    settings.add_filter(r"\d+ of 256 MB", "x of 256 MB");
    settings.add_filter(r"\d+ % of", "x % of");
    settings.add_filter(r"\d\.\d s from", "x.x s from");
    settings.bind_to_scope()
}

async fn house() -> (Redis, Given) {
    let limit = ["--maxmemory", "256mb", "--maxmemory-policy", "noeviction"];
    let redis = Redis::start(&[&limit[..], &["--appendonly", "yes"]].concat()).await;
    let redis = redis.expect("a Redis of one's own");
    let given = Given::beside(redis.url()).await;
    given.probes(2).await;
    given.buries_all("550 5.1.1 no such user").await;
    given.answers(&["queue", "pause", "mail", "--reason", "the relay is down"]);
    (redis, given)
}

#[tokio::test]
async fn how_all_of_it_is() {
    let (_redis, given) = house().await;
    let _machine = without_the_machine();
    shows(&given, "top", &[]).await;
    shows(&given, "doctor", &["--no-probe"]).await;
    shows(&given, "migrate", &[]).await;
}

#[tokio::test]
async fn how_fast_it_is() {
    let given = Given::new().await;
    let mut settings = Settings::clone_current();
    settings.add_filter(r"\b\d+\.\d+\b", "x.x");
    settings.add_filter(r"\d+ jobs/s", "x jobs/s");
    let _figures = settings.bind_to_scope();
    shows(&given, "bench", &["--jobs", "20", "--rate", "0"]).await;
}
