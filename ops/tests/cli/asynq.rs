//! What a real Asynq 0.26 left behind, where somebody has put it beside this repository.

use std::{collections::BTreeSet, fs::File, path::Path};

use redis::aio::MultiplexedConnection;
use serde_json::Value;
use standins::{Redis, out::aside};
use store::NewUser;

use crate::{
    given::{Given, Said, said},
    import::tempfile::Map,
};

/// A Redis as that Asynq's, and a connection to it; none if nobody has put it there.
async fn left_behind() -> Option<(Redis, MultiplexedConnection)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/asynq.jsonl");
    let Ok(keys) = std::fs::read_to_string(&file) else {
        aside(&format!("skipped: there is no {}", file.display()));
        return None;
    };
    let server = Redis::start(&[]).await.expect("a Redis of one's own");
    let client = redis::Client::open(server.url()).expect("a URL");
    let redis = client.get_multiplexed_async_connection().await;
    let mut redis = redis.expect("it answers");
    for key in keys.lines() {
        let key: Value = serde_json::from_str(key).expect("a key a line");
        let () = redis::cmd("RESTORE")
            .arg(key["key"].as_str().expect("its name"))
            .arg(key["ttl_ms"].as_i64().expect("its age"))
            .arg(base64(key["dump"].as_str().expect("its value")))
            .query_async(&mut redis)
            .await
            .expect("it is restored");
    }
    Some((server, redis))
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
    let Some((server, mut redis)) = left_behind().await else {
        return;
    };
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
    let left: Vec<String> = redis::cmd("KEYS")
        .arg("*}:t:*")
        .query_async(&mut redis)
        .await
        .unwrap();
    // What is done there is not moved, and goes by itself.
    assert_eq!(left.len(), 7, "{left:?}");
}

/// What a chapter of the book shows in blocks of this sort, without what they are set in by.
fn shown(chapter: &str, sort: &str) -> Vec<String> {
    let begin = format!("```{sort}\n");
    let blocks = chapter.split(&begin).skip(1);
    let inside = blocks.filter_map(|block| block.split("```").next());
    inside
        .map(|block| {
            let lines = block.trim_end().lines();
            lines
                .map(|line| format!("{}\n", line.trim_start()))
                .collect()
        })
        .collect()
}

async fn forty_people(given: &Given) {
    let mut tx = given.store.begin().await.expect("Postgres answers");
    for number in 1..=40 {
        let person = NewUser {
            email: format!("p{number}@example.com"),
            name: "Ada".to_owned(),
            password_hash: "none".to_owned(),
            timezone: None,
            reminder_hour: None,
            digest_hour: None,
        };
        tx.add_user(person).await.expect("the address is new");
    }
    tx.commit().await.expect("it is committed");
}

#[tokio::test]
async fn the_cut_over_goes_as_the_book_shows() {
    let Some((server, _redis)) = left_behind().await else {
        return;
    };
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deployment/cut-over.md");
    let book = std::fs::read_to_string(book).unwrap();
    let (maps, answers) = (shown(&book, "toml"), shown(&book, "text"));
    let (given, url) = (Given::new().await, server.url());
    forty_people(&given).await;
    let looked = import(&given, &url, &maps[0], "--dry-run");
    assert_eq!((looked.code, &looked.answer), (Some(0), &answers[0]));
    for shown in &answers[1..] {
        let moved = import(&given, &url, &maps[0], "--yes");
        let (_receipt, answer) = moved.answer.split_once('\n').unwrap();
        assert_eq!((moved.code, answer), (Some(4), shown.as_str()));
    }
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.chars().filter_map(|c| DIGITS.find(c));
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for digit in digits {
        bits = bits << 6 | u32::try_from(digit).expect("a digit");
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).expect("a byte"));
        }
    }
    bytes
}
