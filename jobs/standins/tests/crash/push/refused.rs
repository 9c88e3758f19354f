//! Providers that refuse, are busy, are cut off, or never answer.

use serde_json::{Value, json};
use standins::{push::Cue, until};

use super::{Household, IPHONE};
use crate::given::worker;

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_gone_is_dropped_and_the_others_are_told() {
    let mut home = Household::new().await;
    worker(&mut home.house);
    let gone = json!({ "reason": "Unregistered", "timestamp": 4_000_000_000_000_i64 });
    home.house
        .apns
        .script()
        .add(Cue::answer(410, &gone).to(IPHONE));
    home.give("Rent");
    let rows = home.decided(2).await;
    assert_eq!(
        [rows[0].said(), rows[1].said()],
        [("apns", "bounced", "device-dropped"), ("fcm", "sent", "")]
    );

    // From now on there is one device; once the app is opened there, two again.
    home.give("Rent");
    assert_eq!(home.decided(3).await[2].channel, "fcm");
    home.house.apns.script().clear();
    home.register("apns", IPHONE);
    home.give("Rent");
    let rows = home.decided(5).await;
    assert_eq!(
        rows.iter()
            .filter(|row| row.channel == "apns" && row.state == "sent")
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_came_back_after_it_was_gone_is_told_in_the_end() {
    let mut home = Household::new().await;
    worker(&mut home.house);
    let long_ago = json!({ "reason": "Unregistered", "timestamp": 1_000_000_000_000_i64 });
    home.house
        .apns
        .script()
        .add(Cue::answer(410, &long_ago).times(1));
    home.give("Rent");
    home.house.inbox.pushes().wait_for(2).await;
    let rows = home.decided(2).await;
    // Put back and sent, and not found lost.
    assert!(
        rows.iter()
            .all(|row| row.state == "sent" && !row.was_unknown),
        "{rows:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_busy_is_asked_again_and_each_device_told_once() {
    let mut home = Household::new().await;
    for script in [home.house.apns.script(), home.house.fcm.script()] {
        let busy = Cue::answer(503, &Value::Null).header("retry-after", "1");
        script.add(busy.times(2));
    }
    worker(&mut home.house);
    home.give("Rent");
    let rows = home.decided(2).await;
    assert!(
        rows.iter()
            .all(|row| row.state == "sent" && !row.was_unknown),
        "{rows:?}"
    );
    assert_eq!(home.copies(), [1, 1]);
}

/// Cut after the request: a second copy with the same id, and never a third.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_gone_is_sent_once_more_and_never_a_third_time() {
    let mut home = Household::new().await;
    home.house.apns.script().add(Cue::cut(true).times(1));
    home.house.fcm.script().add(Cue::cut(true));
    worker(&mut home.house);
    home.give("Rent");
    home.house.inbox.pushes().wait_for(4).await;
    until("the ledger has it", async || {
        home.rows().iter().all(|row| row.was_unknown)
    })
    .await;
    let rows = home.decided(2).await;
    assert_eq!(
        (rows[0].state.as_str(), rows[1].state.as_str()),
        ("sent", "unknown"),
        "{rows:?}"
    );
    assert_eq!(home.copies(), [2, 2]);
}

/// At the worst moment: the request is out, the answer is not back.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_in_the_middle_of_a_push_leaves_one_that_is_found_and_sent_once_more() {
    let mut home = Household::new().await;
    home.house.apns.script().add(Cue::silence().times(1));
    let first = worker(&mut home.house);
    home.give("Rent");
    until("Apple has the request", async || {
        home.house.apns.script().is_over()
    })
    .await;
    home.house.process(first).kill9();
    worker(&mut home.house);
    let rows = home.decided(2).await;
    assert_eq!(
        (rows[0].state.as_str(), rows[0].was_unknown),
        ("sent", true),
        "{rows:?}"
    );
    assert_eq!(rows[1].state, "sent");
}
