//! Unique keys.

use super::{shows, shows_each};
use crate::given::Given;

#[tokio::test]
async fn what_is_held_and_freed() {
    let given = Given::new().await;
    for key in ["user:7", "user:8", "user:9"] {
        given.enqueues(&["probe", "--key", key]);
    }
    shows(&given, "lock ls", &["--queue", "default", "--limit", "1"]).await;
    shows_each(&given, "lock break", async |turn| {
        let key = format!("user:{}", turn + 7);
        [&key, "--yes", "--by", "ada"].map(str::to_owned).to_vec()
    })
    .await;
}
