//! What stands in another queue.

use super::shows_each;
use crate::{
    given::Given,
    import::{
        apalis::stock,
        asynq::house,
        other::{Map, Other},
    },
};

#[tokio::test]
async fn what_stands_in_an_asynq() {
    let (given, other) = house().await;
    let url = other.server.url();
    let args = ["--from", &url, "--map", other.map.path(), "--dry-run"];
    let args = args.map(str::to_owned).to_vec();
    shows_each(&given, "import asynq", async |_| args.clone()).await;
}

#[tokio::test]
async fn what_is_moved_from_a_stock_apalis() {
    let map = "[tidy]\nto = \"probe\"\nrename = { ms = \"sleep_ms\" }\n";
    let (given, other) = (Given::new().await, Other::new(map).await);
    let (url, map) = (other.server.url(), Map::new(map));
    shows_each(&given, "import apalis", async |_| {
        stock(&url, "tidy", 3).await;
        let from = ["--from", &url, "--queue", "tidy"];
        let how = ["--map", map.path(), "--yes", "--by", "ada"];
        [&from[..], &how[..]]
            .concat()
            .iter()
            .map(ToString::to_string)
            .collect()
    })
    .await;
}
