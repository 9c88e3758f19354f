//! What cannot be done ends with its own exit code, a sentence, and no secret.

use std::net::Ipv4Addr;

use insta::assert_snapshot;
use tokio::net::{TcpListener, TcpSocket};

use crate::given::{Given, Said, honeydue, put_aside, said};

const SECRET: &str = "hunter2";

/// A port that is taken and refuses; and the holder of it.
fn refusing() -> (TcpSocket, u16) {
    let socket = TcpSocket::new_v4().expect("a socket");
    let any = (Ipv4Addr::LOCALHOST, 0).into();
    socket.bind(any).expect("a free port");
    let port = socket.local_addr().expect("it is bound").port();
    (socket, port)
}

/// A port that takes connections and never answers; and the holder of it.
pub(crate) async fn silent() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    (listener, port)
}

/// What is said when it ends with `code`: something, no answer, and nothing secret.
fn aside(said: &Said, code: i32) -> &str {
    assert_eq!(
        (said.code, said.answer.as_str()),
        (Some(code), ""),
        "{said:?}"
    );
    assert!(!said.aside.contains(SECRET), "{said:?}");
    said.aside.trim_end()
}

fn redis_at(place: &str, args: &[&str]) -> Said {
    said(honeydue(args).env("REDIS_URL", format!("redis://ada:{SECRET}@{place}/")))
}

fn postgres_at(place: &str, args: &[&str]) -> Said {
    said(honeydue(args).env(
        "DATABASE_URL",
        format!("postgres://ada:{SECRET}@{place}/due"),
    ))
}

#[test]
fn a_missing_variable_is_named() {
    let aside = |args: &[&str]| aside(&said(&mut honeydue(args)), 2).to_owned();
    assert_snapshot!(aside(&["queue", "ls"]), @"honeydue: this verb needs REDIS_URL; set it in the environment");
    assert_snapshot!(aside(&["explain", "--user", "7"]), @"honeydue: this verb needs DATABASE_URL; set it in the environment");
    assert_snapshot!(aside(&["migrate"]), @"honeydue: this verb needs MIGRATE_DATABASE_URL or DATABASE_URL; set it in the environment");
    for verb in [
        &["job", "ls"][..],
        &["leader", "status"],
        &["schedule", "ls"],
    ] {
        assert!(aside(verb).contains("REDIS_URL"), "{verb:?}");
    }
    assert!(aside(&["schedule", "ticks", "sweep"]).contains("DATABASE_URL"));
}

#[test]
fn a_url_that_is_none_is_blamed_on_its_variable_without_being_shown() {
    assert_snapshot!(aside(&redis_at("host:port", &["queue", "ls"]), 2), @"honeydue: REDIS_URL must look like redis://host:6379/0 or rediss://…, several of them separated by commas for a cluster, or redis-sentinel://host:26379,host2:26379/service: Redis URL did not parse - InvalidClientConfig");
    assert_snapshot!(aside(&postgres_at("host:port", &["explain", "--user", "7"]), 2), @"honeydue: DATABASE_URL is no URL of a Postgres database; one reads postgres://user@host:5432/name");
    let mut migrate = honeydue(&["migrate"]);
    migrate.env(
        "MIGRATE_DATABASE_URL",
        format!("mysql://ada:{SECRET}@host/due"),
    );
    assert_snapshot!(aside(&said(&mut migrate), 2), @"honeydue: MIGRATE_DATABASE_URL is no URL of a Postgres database; one reads postgres://user@host:5432/name");
    let empty = said(honeydue(&["queue", "ls"]).env("REDIS_URL", ""));
    assert!(aside(&empty, 2).contains("REDIS_URL"));
}

#[tokio::test]
async fn a_prefix_that_would_move_keys_to_another_slot_is_refused() {
    let given = Given::new().await;
    let said = given.says(&["--redis-prefix", "{due}", "queue", "ls"]);
    assert_snapshot!(aside(&said, 2), @r#"honeydue: REDIS_PREFIX "{due}" must be at most 100 bytes without braces"#);
}

#[tokio::test]
async fn what_is_not_there_is_said_so_with_what_is() {
    let (given, _aside) = (Given::new().await, put_aside());
    let nil = "00000000-0000-0000-0000-000000000000";
    let missing = |args: &[&str]| aside(&given.says(args), 3).to_owned();
    assert_snapshot!(missing(&["job", "show", nil]), @"honeydue: no job [id] stands in any queue; it may be done, which is not kept");
    assert_snapshot!(missing(&["job", "retry", nil]), @"honeydue: no job [id] stands in any queue; it may be done, which is not kept");
    assert_snapshot!(missing(&["job", "ls", "--queue", "post"]), @r#"honeydue: there is no queue "post"; the queues are default, mail, push, sweep, urgent"#);
    assert_snapshot!(missing(&["explain", "--user", "7"]), @"honeydue: there is no user 7");
    assert_snapshot!(missing(&["explain", "--user", "-7"]), @"honeydue: there is no user -7");
    assert_snapshot!(missing(&["schedule", "run", "swep"]), @r#"honeydue: there is no schedule "swep"; they are sweep, drip, clean-up"#);
    assert_snapshot!(missing(&["schedule", "ticks", "swep"]), @r#"honeydue: there is no schedule "swep"; they are sweep, drip, clean-up"#);
    assert_snapshot!(missing(&["leader", "status"]), @"honeydue: nobody leads; is a scheduler running?");
}

#[tokio::test]
async fn a_redis_that_is_away_is_said_so() {
    let ((_held, port), _aside) = (refusing(), put_aside());
    let place = format!("127.0.0.1:{port}");
    assert_snapshot!(aside(&redis_at(&place, &["queue", "ls"]), 6), @"honeydue: Redis is unreachable or did not answer in time: Connection refused (os error [number])");
    let enqueue = ["job", "enqueue", "probe"];
    for verb in [&enqueue[..], &["leader", "status"], &["schedule", "ls"]] {
        aside(&redis_at(&place, verb), 6);
    }
}

#[tokio::test]
async fn a_redis_that_never_answers_is_not_waited_for() {
    let (_held, port) = silent().await;
    let place = format!("127.0.0.1:{port}");
    assert_snapshot!(aside(&redis_at(&place, &["queue", "ls"]), 6), @"honeydue: Redis did not answer within 2s; is it up, and its URL right?");
    let brief = ["queue", "ls", "--timeout", "300ms"];
    assert_snapshot!(aside(&redis_at(&place, &brief), 6), @"honeydue: Redis did not answer within 300ms; is it up, and its URL right?");
}

#[tokio::test]
async fn a_postgres_that_is_away_is_said_so() {
    let (_held, port) = refusing();
    let place = format!("127.0.0.1:{port}");
    assert_snapshot!(aside(&postgres_at(&place, &["explain", "--user", "7"]), 6), @"honeydue: Postgres did not answer within 2s; is it up, and its URL right?");
    assert_snapshot!(aside(&postgres_at(&place, &["migrate"]), 6), @"honeydue: Postgres can't be reached; what was asked may have happened: pool timed out while waiting for an open connection");
    aside(&postgres_at(&place, &["schedule", "ticks", "sweep"]), 6);
}

#[tokio::test]
async fn a_postgres_that_never_answers_is_not_waited_for() {
    let (_held, port) = silent().await;
    let place = format!("127.0.0.1:{port}");
    let said = postgres_at(&place, &["explain", "--user", "7"]);
    assert_snapshot!(aside(&said, 6), @"honeydue: Postgres did not answer within 2s; is it up, and its URL right?");
}

#[tokio::test]
async fn a_password_that_redis_refuses_is_not_repeated() {
    let given = Given::new().await;
    let place = given
        .redis
        .trim_start_matches("redis://")
        .trim_end_matches('/');
    assert_snapshot!(aside(&redis_at(place, &["queue", "ls"]), 1), @r#"honeydue: Redis refused: "WRONGPASS": invalid username-password pair or user is disabled."#);
}

#[tokio::test]
async fn a_schema_that_nobody_migrated_is_an_error_said_once() {
    let database = standins::empty_database().await;
    let mut explain = honeydue(&["explain", "--user", "7"]);
    let said = said(explain.env("DATABASE_URL", database.url()));
    let told = aside(&said, 1);
    assert_eq!(told.matches("does not exist").count(), 1, "{told}");
}
