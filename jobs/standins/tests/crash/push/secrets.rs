//! Where no token, name or title may be found.

use serde_json::json;
use standins::{push::Cue, until};

use super::{Household, IPHONE, PIXEL};
use crate::given::worker;

#[tokio::test(flavor = "multi_thread")]
async fn neither_redis_nor_any_log_or_metric_holds_a_token_a_name_or_a_title() {
    let mut home = Household::new().await;
    home.house
        .apns
        .script()
        .add(Cue::answer(400, &json!({ "reason": "BadCollapseId" })).times(1));
    home.house.fcm.script().add(Cue::cut(false).times(1));
    let place = worker(&mut home.house);
    home.give("Gutterclearing");
    home.house.inbox.pushes().wait_for(1).await;
    until("one is refused and the other sent", async || {
        let logs = home.house.process(place).logs();
        logs.contains("BadCollapseId") && home.rows().iter().any(|row| row.state == "sent")
    })
    .await;
    let (_, metrics) = home
        .house
        .process(place)
        .probe("/metrics")
        .await
        .expect("metrics");
    assert!(metrics.contains("channel=\"apns\""), "{metrics}");
    let dump = home.house.redis.written().expect("what Redis wrote");
    assert!(
        dump.contains("task-assigned"),
        "that is not what Redis wrote"
    );
    let logs = home.house.process(place).logs();
    for secret in [
        IPHONE,
        PIXEL,
        "Gutterclearing",
        "Adalene",
        "Benedict",
        "@example.com",
    ] {
        let within = |text: &str| text.contains(secret);
        assert!(!within(&metrics), "metrics hold {secret}");
        assert!(!within(&logs), "a log holds {secret}: {logs}");
        assert!(!within(&dump), "Redis holds {secret}");
    }
}
