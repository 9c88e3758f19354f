//! What a real Asynq 0.26 left behind, imported.

use std::{collections::BTreeSet, fs::File, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use redis::aio::MultiplexedConnection;
use serde_json::Value;
use standins::Redis;

use crate::{
    given::{Given, Said, said},
    import::other::Map,
    raw::{keys, redis_at},
};

/// A key a line, as `fixtures/README.md` says.
const LEFT_BEHIND: &str = include_str!("../fixtures/asynq.jsonl");

/// A Redis as that Asynq's, and a connection to it.
async fn left_behind() -> (Redis, MultiplexedConnection) {
    let server = Redis::start(&[]).await.expect("a Redis of one's own");
    let mut redis = redis_at(&server.url()).await;
    for key in LEFT_BEHIND.lines() {
        let key: Value = serde_json::from_str(key).expect("a key a line");
        let dump = BASE64_STANDARD.decode(key["dump"].as_str().expect("its value"));
        let () = redis::cmd("RESTORE")
            .arg(key["key"].as_str().expect("its name"))
            .arg(key["ttl_ms"].as_i64().expect("its age"))
            .arg(dump.expect("it is base64"))
            .query_async(&mut redis)
            .await
            .expect("it is restored");
    }
    (server, redis)
}

/// As in a pod: from the Redis that is ours as well, with the map by a pipe.
fn import(given: &Given, redis: &str, map: &str, how: &str) -> Said {
    let map = Map::new(map);
    let mut command = given.command(&["import", "asynq", "--map", "-", how]);
    command.env("REDIS_URL", redis);
    said(command.stdin(File::open(map.path()).expect("the map")))
}

#[tokio::test]
async fn what_a_real_asynq_left_behind_is_imported_whole() {
    let (server, mut redis) = left_behind().await;
    let (given, url) = (Given::new().await, server.url());
    let survey = given.answers(&["import", "asynq", "--from", &url, "-o", "json"]);
    let survey: Value = serde_json::from_str(&survey).unwrap();
    let lines = survey.as_array().unwrap();
    let counts = lines.iter().map(|line| line["count"].as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), 83);
    let kinds = lines.iter().map(|line| line["kind"].to_string());
    let rule = |kind| format!("[{kind}]\nto = \"probe\"\npayload = {{ sleep_ms = 0 }}\n");
    let map: String = kinds
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(rule)
        .collect();
    let map = Map::new(&map);
    for _ in 0..2 {
        let args = ["import", "asynq", "--from", &url, "--map", map.path()];
        given.answers(&[&args[..], &["--yes"]].concat());
        let (ready, due, dead) = given.stand().await;
        assert_eq!((ready + due, dead), (74, 9));
    }
    let left = keys(&mut redis, "*}:t:*").await;
    // What is done there is not moved, and goes by itself.
    assert_eq!(left.len(), 7, "{left:?}");
}

/// What a chapter of the book shows in blocks of this sort, without what they are set in by.
fn shown(chapter: &str, sort: &str) -> Vec<String> {
    let begin = format!("```{sort}\n");
    let blocks = chapter.split(&begin).skip(1);
    let inside = blocks.filter_map(|block| block.split("```").next());
    inside.map(plain).collect()
}

fn plain(block: &str) -> String {
    let lines: Vec<_> = block.trim_end().lines().map(str::trim_start).collect();
    lines.join("\n") + "\n"
}

#[tokio::test]
async fn the_cut_over_goes_as_the_book_shows() {
    let (server, _redis) = left_behind().await;
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deployment/cut-over.md");
    let book = std::fs::read_to_string(book).unwrap();
    let (maps, answers) = (shown(&book, "toml"), shown(&book, "text"));
    let (given, url) = (Given::new().await, server.url());
    for number in 1..=40 {
        given.signs_up(&format!("p{number}")).await;
    }
    let looked = import(&given, &url, &maps[0], "--dry-run");
    assert_eq!((looked.code, &looked.answer), (Some(0), &answers[0]));
    for shown in &answers[1..] {
        let moved = import(&given, &url, &maps[0], "--yes");
        let (_receipt, answer) = moved.answer.split_once('\n').unwrap();
        assert_eq!((moved.code, answer), (Some(4), shown.as_str()));
    }
}
