//! A job that takes its worker with it.

use serde_json::{Value, json};
use standins::until;

use crate::{
    given::{all_sent, house, worker},
    sign_up::sign_up,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_kills_its_worker_dies_after_its_attempts_while_others_flow() {
    let mut house = house().await;
    let asked = [
        "job",
        "enqueue",
        "probe",
        "--payload",
        r#"{"fail":"abort"}"#,
        "--max-attempts",
        "3",
        "--backoff",
        "100ms",
        "-o",
        "json",
    ];
    let told: Value =
        serde_json::from_str(&house.honeydue(&asked).expect("enqueued")).expect("JSON");
    let id = told["id"].as_str().expect("an id").to_owned();
    for _ in 0..3 {
        let place = worker(&mut house);
        house.process(place).wait().await;
    }
    worker(&mut house);
    sign_up(&house, 0);
    all_sent(&house, 1).await;
    let shown = async || -> Value {
        serde_json::from_str(
            &house
                .honeydue(&["job", "show", &id, "-o", "json"])
                .expect("shown"),
        )
        .expect("JSON")
    };
    until("it is dead", async || shown().await["state"] == "dead").await;
    let job = shown().await;
    assert_eq!(job["attempt"], 3);
    assert_eq!(
        job["errors"]
            .as_array()
            .and_then(|all| all.last())
            .map(|last| last["code"].clone()),
        Some(json!("exhausted"))
    );
}
