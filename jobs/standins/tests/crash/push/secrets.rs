//! Where no token, name or title may be found.

use serde_json::json;
use standins::{House, push::Cue, until};

use super::{Household, IPHONE, PIXEL};
use crate::given::worker;

#[tokio::test(flavor = "multi_thread")]
async fn neither_redis_nor_any_log_metric_or_trace_holds_a_token_a_name_or_a_title() {
    let mut home = Household::new().await;
    home.house
        .apns
        .script()
        .add(Cue::answer(400, &json!({ "reason": "BadCollapseId" })).times(1));
    home.house.fcm.script().add(Cue::cut(false).times(1));
    let place = worker(&mut home.house);
    home.give("Gutterclearing");
    // What the API refuses it may want to tell of as well.
    let wrong = json!({ "email": "benedict@example.com", "password": "wrong horse" });
    let refused = home.house.post("/api/auth/login/", None, &wrong);
    assert!(refused.is_err(), "{refused:?}");
    home.house.inbox.pushes().wait_for(1).await;
    until("one is refused and the other sent", async || {
        let logs = home.house.process(place).logs();
        logs.contains("BadCollapseId") && home.rows().iter().any(|row| row.state == "sent")
    })
    .await;
    let dump = home.house.redis.written().expect("what Redis wrote");
    assert!(
        dump.contains("task-assigned"),
        "that is not what Redis wrote"
    );
    let mut told = vec![("Redis", dump)];
    told.extend(said(&home.house).await);
    home.house.collector.wait_for("send apns").await;
    home.house.collector.wait_for("send fcm").await;
    told.push(("a trace", home.house.collector.whole()));
    for secret in [
        IPHONE,
        PIXEL,
        &home.ada,
        &home.ben,
        "horse",
        "Gutterclearing",
        "Adalene",
        "Benedict",
        "@example.com",
    ] {
        for (whose, text) in &told {
            assert!(!text.contains(secret), "{whose} holds {secret}: {text}");
        }
    }
}

/// The logs and the metrics of every process, each of which says something.
async fn said(house: &House) -> Vec<(&'static str, String)> {
    let mut told = Vec::new();
    for (whose, log, metric) in [
        ("API", "\"Answering\"", "honeydue_"),
        ("scheduler", "\"Leading\"", "honeydue_queue_jobs"),
        ("worker", "BadCollapseId", "channel=\"apns\""),
    ] {
        let mut processes = house.processes();
        let (_, process) = processes
            .find(|(what, _)| *what == whose)
            .expect("it was started");
        let (_, metrics) = process.probe("/metrics").await.expect("metrics");
        assert!(metrics.contains(metric), "{whose}: {metrics}");
        let logs = process.logs();
        assert!(logs.contains(log), "{whose}: {logs}");
        told.extend([(whose, metrics), (whose, logs)]);
    }
    told
}
