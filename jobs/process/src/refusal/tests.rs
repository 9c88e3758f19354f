use clap::{CommandFactory as _, Parser};

use super::*;
use crate::{LogFormat, PostgresArgs, ProcessArgs, RedisArgs};

#[derive(Debug, Parser)]
#[command(name = "honeydue-test", version)]
struct Settings {
    #[command(flatten)]
    process: ProcessArgs,
    #[command(flatten)]
    redis: RedisArgs,
    #[command(flatten)]
    postgres: PostgresArgs,
}

const REDIS: &str = "--redis-url=redis://:hunter2@cache";
const POSTGRES: &str = "--database-url=postgres://due:hunter2@db/due";

/// What is said when the process is started like this.
fn said(args: &[&str]) -> String {
    let mut command = Settings::command();
    let line = std::iter::once("honeydue-test").chain(args.iter().copied());
    let error = command
        .try_get_matches_from_mut(line)
        .expect_err("settings that can't be used");
    refusal(&command, &error).unwrap_or_else(|| error.to_string())
}

#[test]
fn every_missing_variable_is_named() {
    insta::assert_snapshot!(said(&[]), @r#"REDIS_URL is not set: The Redis that carries the jobs, such as `redis://localhost:6379/0` (`rediss` for TLS; several, separated by commas, for a cluster; `redis-sentinel://host:26379,host2:26379/service` for the master that sentinels name); DATABASE_URL is not set: The Postgres that holds every intention, such as `postgres://honeydue@localhost/honeydue`"#);
}

#[test]
fn a_wrong_value_is_told_with_what_is_expected() {
    insta::assert_snapshot!(said(&[REDIS, POSTGRES, "--metrics-listen=here"]), @r#"METRICS_LISTEN is "here": invalid socket address syntax. Where /livez, /readyz and /metrics answer. Port 0 takes a free one and logs it"#);
    insta::assert_snapshot!(said(&[REDIS, POSTGRES, "--log-format=xml"]), @r#"LOG_FORMAT is "xml": it must be json or text. How a log line looks: one JSON object, or text for people"#);
}

#[test]
fn a_collector_of_traces_that_is_no_http_address_is_refused_and_an_empty_one_is_none() {
    for wrong in [
        "grpc://collector",
        "http://due:hunter2@collector",
        "http://col lector:hunter2",
    ] {
        let sentence = said(&[REDIS, POSTGRES, &format!("--otlp-endpoint={wrong}")]);
        assert!(!sentence.contains("hunter2"), "{sentence}");
        let (told, _) = sentence.split_once(". ").expect("what it is follows");
        assert_eq!(
            told,
            "OTEL_EXPORTER_OTLP_ENDPOINT can't be used: it must begin with http:// or https:// and name a host, \
            and no password: OTEL_EXPORTER_OTLP_HEADERS is for those"
        );
    }
    let none = ["honeydue-test", REDIS, POSTGRES, "--otlp-endpoint="];
    let settings = Settings::try_parse_from(none).unwrap();
    assert_eq!(settings.process.traces.collector(), None);
}

#[test]
fn a_wrong_value_that_may_hold_a_password_is_not_repeated() {
    let sentence = said(&[REDIS, "--database-url=mysql://due:hunter2@db/due"]);
    insta::assert_snapshot!(sentence, @r#"DATABASE_URL can't be used: it must begin with postgres:// or postgresql:// and name a host. The Postgres that holds every intention, such as `postgres://honeydue@localhost/honeydue`"#);
    assert!(!sentence.contains("hunter2"));
    insta::assert_snapshot!(said(&["--redis-url=", POSTGRES]), @r#"REDIS_URL can't be used: it must begin with redis:// or rediss:// or redis-sentinel:// or rediss-sentinel:// or unix:// and name a host. The Redis that carries the jobs, such as `redis://localhost:6379/0` (`rediss` for TLS; several, separated by commas, for a cluster; `redis-sentinel://host:26379,host2:26379/service` for the master that sentinels name)"#);
}

#[test]
fn a_flag_nobody_knows_is_told_as_clap_does() {
    assert!(
        said(&["--redis"]).starts_with("error: unexpected argument"),
        "{}",
        said(&["--redis"])
    );
}

#[test]
fn good_settings_are_read() {
    let settings = Settings::try_parse_from(["honeydue-test", REDIS, POSTGRES]).unwrap();
    assert_eq!(&*settings.redis.redis_url, "redis://:hunter2@cache");
    assert_eq!(settings.redis.redis_prefix, "honeydue:");
    assert_eq!(settings.process.log.log_format, LogFormat::Text);
    assert!(!format!("{settings:?}").contains("hunter2"));
}
