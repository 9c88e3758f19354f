//! `bench`: it measures, leaves nothing behind, and keeps its jobs from the real ones.

use std::process::{Command, Stdio};

use crate::{
    given::{Given, honeydue, said},
    raw,
};

async fn keys(given: &Given) -> Vec<String> {
    let mut redis = raw::redis_at(&given.redis).await;
    raw::keys(&mut redis, &format!("{}*", given.prefix)).await
}

fn figures(given: &Given, args: &[&str]) -> serde_json::Value {
    let all = [&["bench", "-o", "json"], args].concat();
    serde_json::from_str(&given.answers(&all)).expect("figures as JSON")
}

#[tokio::test]
async fn a_run_measures_everything_and_leaves_nothing_behind() {
    let given = Given::new().await;
    let told = figures(
        &given,
        &["--jobs", "500", "--rate", "200", "--for", "200ms"],
    );
    for name in [
        "enqueue_per_s",
        "drain_per_s",
        "p50_ms",
        "p95_ms",
        "p99_ms",
        "max_ms",
    ] {
        assert!(
            told[name].as_f64().is_some_and(|figure| figure > 0.0),
            "{name}: {told}"
        );
    }
    assert_eq!(told["jobs"], 500);
    assert_eq!(keys(&given).await, Vec::<String>::new());
}

#[tokio::test]
async fn every_way_of_enqueueing_drains_as_well() {
    let given = Given::new().await;
    for how in ["one", "concurrent", "bulk"] {
        let told = figures(
            &given,
            &[
                "--jobs",
                "100",
                "--enqueue",
                how,
                "--rate",
                "0",
                "--workers",
                "2",
            ],
        );
        assert!(told["drain_per_s"].as_f64().is_some(), "{told}");
        assert!(told.get("p50_ms").is_none(), "{told}");
    }
}

#[tokio::test]
async fn scheduled_jobs_begin_late_and_never_early() {
    let given = Given::new().await;
    let told = figures(&given, &["--jobs", "300", "--due-in", "300ms"]);
    assert_eq!(told["early"], 0, "{told}");
    assert!(told["max_ms"].as_f64().is_some(), "{told}");
}

#[tokio::test]
async fn jobs_that_take_their_time_are_compared_with_the_same_sleeps() {
    let given = Given::new().await;
    let told = figures(&given, &["--jobs", "200", "--sleep-ms", "5"]);
    assert!(
        told["ideal_ratio"]
            .as_f64()
            .is_some_and(|ratio| ratio > 0.0),
        "{told}"
    );
}

#[tokio::test]
async fn among_the_real_jobs_it_asks_first() {
    let given = Given::new().await;
    let said = given.says(&["bench", "--workers", "0", "--jobs", "5"]);
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.aside.contains("--yes"), "{said:?}");
    assert_eq!(keys(&given).await, Vec::<String>::new());
}

#[tokio::test]
async fn numbers_out_of_range_name_their_flag() {
    let given = Given::new().await;
    for (flag, value) in [
        ("--jobs", "0"),
        ("--jobs", "10000001"),
        ("--workers", "65"),
        ("--for", "11m"),
    ] {
        let said = given.says(&["bench", flag, value]);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.aside.contains(flag), "{said:?}");
    }
}

#[test]
fn a_redis_on_another_machine_is_asked_about_first() {
    let mut bench = honeydue(&["bench", "--jobs", "5"]);
    let said = said(bench.env("REDIS_URL", "redis://cache.example.com:6379/0"));
    assert_eq!((said.code, said.answer.as_str()), (Some(5), ""), "{said:?}");
    assert!(said.aside.contains("say --yes"), "{said:?}");
}

#[tokio::test]
async fn a_run_that_is_ended_leaves_nothing_behind_either() {
    for signal in ["TERM", "HUP", "INT"] {
        let given = Given::new().await;
        let mut command = given.command(&["bench", "--jobs", "1000000"]);
        let mut bench = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        standins::until("it has begun", async || !keys(&given).await.is_empty()).await;
        let kill = format!("kill -{signal} {}", bench.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(bench.wait().unwrap().code(), Some(1), "{signal}");
        assert_eq!(keys(&given).await, Vec::<String>::new(), "{signal}");
    }
}
