//! `import asynq`, from what a real one left behind.

use std::path::Path;

use super::other::{Map, Other};
use crate::given::Given;

/// Keys that a real Asynq 0.26 wrote, where somebody has put them beside this repository.
#[tokio::test]
async fn what_a_real_asynq_left_behind_is_imported_whole() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/asynq.jsonl");
    let Ok(fixture) = std::fs::read_to_string(&file) else {
        let note = format!("skipped: there is no {}\n", file.display());
        std::io::Write::write_all(&mut std::io::stderr(), note.as_bytes()).unwrap();
        return;
    };
    let (given, mut other) = (Given::new().await, Other::new("").await);
    for line in fixture.lines() {
        let key: serde_json::Value = serde_json::from_str(line).unwrap();
        let dump = base64(key["dump"].as_str().unwrap());
        let () = redis::cmd("RESTORE")
            .arg(key["key"].as_str().unwrap())
            .arg(key["ttl_ms"].as_i64().unwrap())
            .arg(dump)
            .query_async(&mut other.redis)
            .await
            .unwrap();
    }
    let url = other.server.url();
    let survey = given.answers(&["import", "asynq", "--from", &url, "-o", "json"]);
    let survey: serde_json::Value = serde_json::from_str(&survey).unwrap();
    let lines = survey.as_array().unwrap();
    let all: u64 = lines
        .iter()
        .map(|line| line["count"].as_u64().unwrap())
        .sum();
    assert_eq!(all, 83);
    let kinds = lines.iter().map(|line| line["kind"].to_string());
    let map = kinds.collect::<std::collections::BTreeSet<_>>().into_iter();
    let rule = |kind| format!("[{kind}]\nto = \"probe\"\npayload = {{ sleep_ms = 0 }}\n");
    let map = map.map(rule).collect::<Vec<_>>().concat();
    let map = Map::new(&map);
    for _ in 0..2 {
        given.answers(&[
            "import",
            "asynq",
            "--from",
            &url,
            "--map",
            map.path(),
            "--yes",
        ]);
        let (ready, due, dead) = given.stand().await;
        assert_eq!((ready + due, dead), (74, 9));
    }
    let left: Vec<String> = redis::cmd("KEYS")
        .arg("*}:t:*")
        .query_async(&mut other.redis)
        .await
        .unwrap();
    // What is done there is not moved, and goes by itself.
    assert_eq!(left.len(), 7, "{left:?}");
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
