//! Workers, as two of them tell.

use std::time::Duration;

use platform::{WorkerSays, WorkerState};

use super::shows;
use crate::given::Given;

pub(crate) async fn beats(given: &Given, name: &str, state: WorkerState) {
    let now = given.queue.now().await.expect("Redis answers");
    let says = WorkerSays {
        version: "0.1.0".to_owned(),
        started: now - Duration::from_hours(50),
        queues: [("default".to_owned(), 20), ("mail".to_owned(), 3)].into(),
        state,
    };
    given.queue.beat(name, &says).await.expect("Redis answers");
}

#[tokio::test]
async fn who_is_there_and_what_is_wished() {
    let given = Given::new().await;
    beats(&given, "worker-7d9f-a/b1", WorkerState::Working).await;
    beats(&given, "worker-7d9f-b/b2", WorkerState::Draining).await;
    shows(&given, "worker ls", &[]).await;
    let why = [
        "worker-7d9f-a/b1",
        "--by",
        "ada",
        "--reason",
        "a closer look",
    ];
    shows(&given, "worker quiet", &why).await;
    shows(&given, "worker drain", &why).await;
}
