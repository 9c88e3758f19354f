//! `import` where there is more than anybody should read at once.

use super::{other::Other, task::tidy};
use crate::given::Given;

#[tokio::test]
async fn a_set_of_names_without_end_is_not_read_to_its_end() {
    let (given, mut other) = (Given::new().await, Other::new("").await);
    let groups: Vec<String> = (0..10_001).map(|group| group.to_string()).collect();
    other.task("low", "pending", None, tidy("t1")).await;
    let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
    other
        .does(&[&["SADD", "asynq:{low}:groups"], &groups[..]].concat())
        .await;
    let url = other.server.url();
    let said = given.says(&other.args(&["--yes"], &url));
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(
        said.aside
            .contains("asynq:{low}:groups names more than 10000"),
        "{said:?}"
    );
}

#[tokio::test]
async fn the_dead_of_apalis_are_gone_through_page_by_page() {
    let map = "[tidy]\nto = \"probe\"\n";
    let (given, mut other) = (Given::new().await, Other::new(map).await);
    for number in 0..1000 {
        let id = number.to_string();
        // Every tenth is of no use here, and stays.
        let payload = if number % 10 == 0 { "?" } else { "{}" };
        other.does(&["SADD", "tidy:dead", &id]).await;
        other.does(&["HSET", "tidy:data", &id, payload]).await;
    }
    let url = other.server.url();
    let args = ["import", "apalis", "--from", &url, "--queue", "tidy"];
    let args = [&args[..], &["--map", other.map.path(), "--yes"]].concat();
    for moved in ["moved        900", "moved        0"] {
        let said = given.says(&args);
        assert_eq!(said.code, Some(4), "{said:?}");
        assert!(said.answer.contains(moved), "{said:?}");
        assert!(said.answer.contains("left there   100"), "{said:?}");
        assert_eq!(given.stand().await, (0, 0, 900));
    }
}
