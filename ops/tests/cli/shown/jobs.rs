//! Jobs, one by one.

use super::{shows, shows_each};
use crate::given::Given;

#[tokio::test]
async fn what_is_read() {
    let given = Given::new().await;
    let dead = given.enqueues(&["probe", "--key", "user:7"]).to_string();
    given.buries_all("550 5.1.1 no such user").await;
    given.enqueues(&["probe", "--payload", r#"{"sleep_ms":5}"#]);
    shows(&given, "job ls", &["--state", "ready,dead"]).await;
    shows(&given, "job show", &[&dead]).await;
}

#[tokio::test]
async fn what_is_done_to_one() {
    let given = Given::new().await;
    let payload = ["probe", "--payload", r#"{"sleep_ms":5}"#];
    shows(&given, "job enqueue", &payload).await;
    let id = given.enqueues(&["probe"]).to_string();
    shows(
        &given,
        "job edit",
        &[&id, "--set", "sleep_ms=7", "--by", "ada"],
    )
    .await;
    shows_each(&given, "job cancel", async |_| {
        let id = given.enqueues(&["probe"]).to_string();
        vec![id, "--reason".to_owned(), "asked for by mistake".to_owned()]
    })
    .await;
}
