//! `honeydue-scheduler` as it is run: paused, told to stop, without its servers.

mod house;

use std::{net::SocketAddr, time::Duration};

use house::House;
use platform::leader::Leader;
use standins::{Process, Redis, until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

const NAME: &str = "honeydue-scheduler";

/// At a `pace` at which a busy machine does not cost a leader its lease.
fn start(house: &House, name: &str, pace: u32) -> Process {
    let env = [
        ("REDIS_URL", house.redis.clone()),
        ("REDIS_PREFIX", house.prefix.clone()),
        ("DATABASE_URL", house.postgres.clone()),
        ("METRICS_LISTEN", "127.0.0.1:0".to_owned()),
        ("HOSTNAME", name.to_owned()),
        ("PACE", pace.to_string()),
        ("LOG_FORMAT", "json".to_owned()),
    ];
    Process::spawn(NAME, &env).expect("it is built")
}

fn named(name: &str) -> impl Fn(&Leader) -> bool {
    move |leader| leader.owner.starts_with(&format!("{name}/"))
}

/// Where it serves, as it says itself.
async fn address(process: &Process) -> SocketAddr {
    let line = process.wait_for_log("\"listening\"").await;
    let (_, rest) = line.split_once("\"addr\":\"").expect("it says where");
    rest.split('"')
        .next()
        .expect("it has an end")
        .parse()
        .expect("an address")
}

async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it reads");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .await
        .expect("it answers");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_was_paused_past_its_lease_comes_back_as_a_follower() {
    let house = House::new().await;
    let first = start(&house, "first", 5);
    house.led_by("the first leads", named("first")).await;
    let second = start(&house, "second", 5);
    second.wait_for_log("\"listening\"").await;
    first.pause();
    let led = house.led_by("the second leads", named("second")).await;
    first.resume();
    first.wait_for_log("No longer leading").await;
    assert_eq!(
        house.leader().await.map(|leader| leader.term),
        Some(led.term)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_of_one_name_are_still_two() {
    let house = House::new().await;
    let replicas = ["pod", "pod"].map(|name| start(&house, name, 1));
    let one = house.led_by("one leads", named("pod")).await;
    for replica in &replicas {
        replica.wait_for_log("\"listening\"").await;
    }
    let leading = || {
        replicas
            .iter()
            .filter(|one| one.logs().contains("\"Leading\""))
            .count()
    };
    until("it says so", async || leading() > 0).await;
    assert_eq!(leading(), 1);
    assert_eq!(
        house.leader().await.map(|leader| leader.owner),
        Some(one.owner)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_lets_go_and_ends_well() {
    let house = House::new().await;
    let only = start(&house, "only", 5);
    house.led_by("it leads", named("only")).await;
    let told = Instant::now();
    only.term();
    assert!(only.wait().await.success(), "{}", only.logs());
    assert!(told.elapsed() < Duration::from_secs(10));
    assert_eq!(house.leader().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_lives_without_redis_and_is_not_ready() {
    let mut redis = Redis::start(&[]).await.expect("a Redis of its own");
    let house = House::with(&redis).await;
    let only = start(&house, "only", 5);
    let address = address(&only).await;
    until("it is ready", async || {
        get(address, "/readyz").await.starts_with("HTTP/1.1 200")
    })
    .await;
    house.led_by("it leads", named("only")).await;
    until("its metrics say so", async || {
        get(address, "/metrics")
            .await
            .contains("honeydue_scheduler_is_leader 1")
    })
    .await;
    redis.kill();
    until("it is not ready", async || {
        get(address, "/readyz").await.starts_with("HTTP/1.1 503")
    })
    .await;
    until("it no longer leads", async || {
        get(address, "/metrics")
            .await
            .contains("honeydue_scheduler_is_leader 0")
    })
    .await;
    assert!(get(address, "/livez").await.starts_with("HTTP/1.1 200"));
    redis.restart().await.expect("it starts again");
    until("it leads again", async || {
        get(address, "/metrics")
            .await
            .contains("honeydue_scheduler_is_leader 1")
    })
    .await;
}
