//! Queues: one with a dead and a ready job, one that is paused.

use super::shows;
use crate::given::Given;

async fn house() -> Given {
    let given = Given::new().await;
    given.probes(1).await;
    given.buries_all("550 5.1.1 no such user").await;
    given.probes(2).await;
    let why = ["--by", "ada", "--reason", "the relay is down"];
    given.answers(&[&["queue", "pause", "mail"], &why[..]].concat());
    given
}

#[tokio::test]
async fn what_is_read() {
    let given = house().await;
    shows(&given, "queue ls", &[]).await;
    shows(&given, "queue show", &["default", "--fail-if", "dead>0"]).await;
    shows(&given, "queue history", &["default", "--days", "2"]).await;
}

#[tokio::test]
async fn what_is_done_to_them() {
    let given = house().await;
    let why = ["--by", "ada", "--reason", "a new relay"];
    shows(
        &given,
        "queue pause",
        &[&["push", "--for", "2h"], &why[..]].concat(),
    )
    .await;
    shows(&given, "queue resume", &["push", "--by", "ada"]).await;
    shows(&given, "queue drain", &["sweep", "--by", "ada"]).await;
}
