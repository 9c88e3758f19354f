//! `doctor`: each thing that may be wrong is found, with what to do about it.

use insta::assert_snapshot;
use platform::NewJob;
use serde_json::Value;
use standins::Redis;

use crate::{
    given::{Given, Said, honeydue, put_aside, said},
    raw::redis_at,
};

fn findings(said: &Said) -> Vec<Value> {
    let read = |line| serde_json::from_str(line).expect("a finding as JSON");
    said.answer.lines().map(read).collect()
}

/// What is found of one thing: how bad, and what.
pub(crate) fn found(said: &Said, check: &str) -> Vec<(String, String)> {
    let told = |finding: &Value, field: &str| finding[field].as_str().unwrap().to_owned();
    let all = findings(said)
        .into_iter()
        .filter(|finding| finding["check"] == check);
    all.map(|finding| (told(&finding, "level"), told(&finding, "found")))
        .collect()
}

#[tokio::test]
async fn a_house_without_anybody_in_it_is_told_what_is_missing() {
    let (given, _aside) = (Given::new().await, put_aside());
    let said = given.says(&["doctor", "--no-probe", "-o", "jsonl"]);
    assert_eq!(said.code, Some(7), "{said:?}");
    assert_eq!(found(&said, "workers")[0].0, "critical");
    assert_eq!(found(&said, "leader")[0].0, "critical");
    assert_eq!(found(&said, "migrations")[0].0, "ok");
    assert_eq!(found(&said, "schedules")[0].0, "ok");
    assert_eq!(found(&said, "secrets")[0].0, "skipped");
    assert_eq!(found(&said, "reach")[0].0, "skipped");
    for finding in findings(&said) {
        let is_bad = finding["level"] == "critical" || finding["level"] == "warning";
        assert_eq!(finding["remedy"].is_string(), is_bad, "{finding}");
    }
    assert_eq!(
        given
            .says(&["doctor", "--no-probe", "--fail-on", "never"])
            .code,
        Some(0)
    );
}

#[tokio::test]
async fn what_is_wrong_with_queues_is_found() {
    let (given, _aside) = (Given::new().await, put_aside());
    given.probes(1).await;
    given.buries_all("no").await;
    given
        .queue
        .pause("mail", None, "the relay is down", "ada")
        .await
        .unwrap();
    given
        .queue
        .enqueue(NewJob::raw("probe", "forgotten", b"{}".to_vec()))
        .await
        .unwrap();
    let said = given.says(&["doctor", "--no-probe", "-o", "jsonl"]);
    let told = found(&said, "queues");
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(
        found(&said, "unknown queues"),
        [(
            "warning".to_owned(),
            "nobody works at [\"forgotten\"]".to_owned()
        )]
    );
}

#[tokio::test]
async fn a_redis_that_would_lose_jobs_is_found() {
    let given = Given::new().await;
    let odd = Redis::start(&[
        "--maxmemory",
        "3mb",
        "--maxmemory-policy",
        "allkeys-lru",
        "--appendonly",
        "no",
    ]);
    let odd = odd.await.unwrap();
    let said = said(
        given
            .command(&["doctor", "--no-probe", "-o", "jsonl"])
            .env("REDIS_URL", odd.url()),
    );
    assert_eq!(found(&said, "redis policy")[0].0, "critical");
    assert_eq!(found(&said, "redis aof")[0].0, "warning");
    assert_eq!(found(&said, "redis memory").len(), 1);
}

#[tokio::test]
async fn a_redis_that_takes_no_new_job_is_found_by_the_probe() {
    let given = Given::new().await;
    let full = Redis::start(&["--maxmemory", "1mb", "--maxmemory-policy", "noeviction"]);
    let full = full.await.unwrap();
    let said = said(
        given
            .command(&["doctor", "-o", "jsonl"])
            .env("REDIS_URL", full.url()),
    );
    let told = (
        "critical".to_owned(),
        "Redis is full: new jobs are refused".to_owned(),
    );
    assert_eq!(found(&said, "probe"), [told]);
    assert_eq!(found(&said, "redis memory")[0].0, "critical");
}

#[tokio::test]
async fn with_both_servers_away_it_still_says_what_it_can_in_two_seconds() {
    let begun = std::time::Instant::now();
    let mut command = honeydue(&["doctor", "-o", "jsonl"]);
    command
        .env("REDIS_URL", "redis://127.0.0.1:1/")
        .env("DATABASE_URL", "postgres://ada@127.0.0.1:1/due")
        .env("SMTP_URL", "smtp://ada:hunter2@127.0.0.1:1")
        .env("FEATURE_PUSH_ENABLED", "true")
        .env("APNS_AUTH_KEY_PATH", "/nowhere/key.p8")
        .env("APNS_HOST", "127.0.0.1:1")
        .env("FCM_HOST", "127.0.0.1:1");
    let said = said(&mut command);
    assert!(begun.elapsed().as_secs() < 10);
    assert_eq!(said.code, Some(7), "{said:?}");
    for check in ["redis", "postgres", "reach"] {
        assert_eq!(found(&said, check)[0].0, "critical", "{check}");
    }
    assert_eq!(found(&said, "reach").len(), 3);
    assert_eq!(found(&said, "secrets").len(), 5);
    assert!(!said.answer.contains("hunter2"), "{}", said.answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_goes_through_a_real_worker_and_one_that_nobody_does_is_called_off() {
    let (given, _aside) = (Given::new().await, put_aside());
    let nobody = given.says(&["doctor", "-o", "jsonl"]);
    assert_eq!(found(&nobody, "probe")[0].0, "critical", "{nobody:?}");
    let _worker = crate::roster::start(&given);
    crate::roster::is(&given, "working").await;
    let done = given.says(&["doctor", "-o", "jsonl"]);
    assert_eq!(found(&done, "probe")[0].0, "ok", "{done:?}");
    assert_eq!(
        found(&done, "workers"),
        [("ok".to_owned(), "1 were seen".to_owned())]
    );
    let table = given.says(&["doctor", "--no-probe", "--fail-on", "warning"]);
    assert_snapshot!(table.aside, @"honeydue: 3 things are not well");
}

#[tokio::test]
async fn a_schema_that_is_behind_and_partitions_of_another_version_are_found() {
    let (given, database) = (Given::new().await, standins::empty_database().await);
    let mut redis = redis_at(&given.redis).await;
    let () = redis::cmd("HSET")
        .arg(format!("{}{{mail.0}}:state", given.prefix))
        .arg("partitions")
        .arg(7)
        .query_async(&mut redis)
        .await
        .unwrap();
    let mut command = given.command(&["doctor", "--no-probe", "-o", "jsonl"]);
    let said = said(command.env("DATABASE_URL", database.url()));
    let told = |check| found(&said, check)[0].clone();
    let critical = |text: &str| ("critical".to_owned(), text.to_owned());
    assert_eq!(
        told("migrations"),
        critical("some are pending, and no program starts")
    );
    assert_eq!(
        told("partitions"),
        critical("mail has 7 in Redis, and 1 in this program")
    );
}

#[tokio::test]
async fn a_postgres_that_is_said_wrong_is_named_and_one_that_is_not_said_is_skipped() {
    let given = Given::new().await;
    let doctor = ["doctor", "--no-probe", "-o", "jsonl"];
    let wrong = said(given.command(&doctor).env("DATABASE_URL", "host:port"));
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert_snapshot!(wrong.aside, @"honeydue: DATABASE_URL is no URL of a Postgres database; one reads postgres://user@host:5432/name");
    let unsaid = said(given.command(&doctor).env_remove("DATABASE_URL"));
    assert_eq!(found(&unsaid, "postgres")[0].0, "skipped", "{unsaid:?}");
}
