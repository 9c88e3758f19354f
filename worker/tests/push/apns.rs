//! The stand-in of Apple: what arrives is what was sent, and what it says is what we do.

use std::{collections::BTreeSet, time::Duration};

use honeydue_worker::adapters::apns::{Apns, Settings};
use jiff::{SignedDuration, Timestamp};
use kinds::ports::{Alert, Push as _, Sent};
use serde_json::{Value, json};
use standins::push::Cue;
use tokio::net::TcpSocket;

use crate::given::{
    HASTY, Ledger, PATIENT, alert, alert_at, apns, apns_settings, apns_within, apple, now, send,
    word,
};

fn reason(reason: &str) -> Value {
    json!({ "reason": reason })
}

#[tokio::test]
async fn an_alert_arrives_as_it_was_meant() {
    let (apple, alert) = (apple().await, alert());
    let (sent, asked) = send(&apns(&apple), &alert).await;
    assert_eq!((word(&sent), asked), ("yes", 1), "{sent:?}");

    let push = apple.pushes().all().remove(0);
    let (id, expires) = (alert.id.to_string(), alert.expires.as_second().to_string());
    assert_eq!(
        (&push.token, &push.title, &push.body),
        (&alert.token, &alert.title, &alert.body)
    );
    for (name, value) in [
        ("apns-id", id.as_str()),
        ("apns-collapse-id", &id),
        ("apns-expiration", &expires),
        ("apns-priority", "10"),
        ("apns-push-type", "alert"),
        ("apns-topic", standins::apns::TOPIC),
    ] {
        assert_eq!(push.options[name], value, "{name}");
    }
    assert_eq!(push.payload["path"], "/tasks/7");
    assert_eq!(push.payload["delivery"], id);
}

#[tokio::test]
async fn alerts_sent_side_by_side_share_a_connection_and_a_token_and_arrive_once_each() {
    let apple = apple().await;
    let apns = apns(&apple);
    let alerts: Vec<Alert> = (0..200).map(|_| alert()).collect();
    let sends = alerts.iter().map(|alert| send(&apns, alert));
    for (sent, _) in futures_util::future::join_all(sends).await {
        assert_eq!(word(&sent), "yes", "{sent:?}");
    }
    let ids: BTreeSet<_> = apple
        .pushes()
        .all()
        .iter()
        .map(|push| push.id.clone())
        .collect();
    assert_eq!((apple.pushes().count(), ids.len()), (200, 200));
    assert_eq!((apple.connections(), apple.tokens()), (1, 1));
}

#[tokio::test]
#[rustfmt::skip] // a table reads better aligned
async fn what_apple_says_is_what_we_do() {
    let since = json!({ "reason": "Unregistered", "timestamp": 1_700_000_000_000_i64 });
    let table = [
        (Cue::answer(400, &reason("BadDeviceToken")),                            "gone"),
        (Cue::answer(400, &reason("BadCollapseId")),                             "refused"),
        (Cue::answer(403, &reason("InvalidProviderToken")),                      "unwelcome"),
        (Cue::answer(410, &since),                                               "gone"),
        (Cue::answer(413, &reason("PayloadTooLarge")),                           "refused"),
        (Cue::answer(429, &reason("TooManyRequests")),                           "away"),
        (Cue::answer(429, &reason("TooManyProviderTokenUpdates")),               "unwelcome"),
        (Cue::answer(500, &reason("InternalServerError")),                       "failed"),
        (Cue::answer(503, &reason("Shutdown")),                                  "away"),
        (Cue::answer(504, &Value::Null),                                         "unknown"),
        (Cue::cut(true),                                                         "unknown"),
        (Cue::cut(false),                                                        "unknown"),
    ];
    let apple = apple().await;
    let apns = apns(&apple);
    // Else it might be our topic or host that is wrong, and not the device's token.
    assert_eq!(word(&send(&apns, &alert()).await.0), "yes");
    for (cue, wanted) in table {
        apple.script().add(cue.clone().times(1));
        let (sent, asked) = send(&apns, &alert()).await;
        assert_eq!((word(&sent), asked), (wanted, 1), "{cue:?}: {sent:?}");
    }
    // None of it has spoiled what comes after.
    assert_eq!(word(&send(&apns, &alert()).await.0), "yes");
    assert_eq!(apple.pushes().count(), 3);
}

#[tokio::test]
async fn a_topic_or_host_that_is_not_the_devices_costs_none_its_token_until_apple_has_taken_an_alert()
 {
    let apple = apple().await;
    let apns = apns(&apple);
    for reason in ["BadDeviceToken", "DeviceTokenNotForTopic"].map(reason) {
        apple.script().add(Cue::answer(400, &reason).times(1));
        assert_eq!(word(&send(&apns, &alert()).await.0), "unwelcome");
    }
    assert_eq!(word(&send(&apns, &alert()).await.0), "yes");
    let refusal = Cue::answer(400, &reason("DeviceTokenNotForTopic"));
    apple.script().add(refusal.times(1));
    assert_eq!(word(&send(&apns, &alert()).await.0), "gone");
}

#[tokio::test]
async fn apple_is_taken_at_its_word_about_when() {
    let apple = apple().await;
    let apns = apns(&apple);
    let at: Timestamp = "2026-11-20T14:00:00Z".parse().expect("a time");
    let gone = json!({ "reason": "ExpiredToken", "timestamp": at.as_millisecond() });
    apple.script().add(Cue::answer(410, &gone).times(1));
    let (sent, _) = send(&apns, &alert()).await;
    assert!(
        matches!(&sent, Sent::Gone { since: Some(since), answer } if *since == at && answer == "410 ExpiredToken"),
        "{sent:?}"
    );
    for status in [429, 503] {
        let busy = Cue::answer(status, &reason("Busy")).header("retry-after", "7");
        apple.script().add(busy.times(1));
        let (sent, _) = send(&apns, &alert()).await;
        assert!(
            matches!(&sent, Sent::Later(wait, _) if *wait == Duration::from_secs(7)),
            "{sent:?}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_refused_for_its_age_is_made_anew_once() {
    let apple = apple().await;
    let apns = apns(&apple);
    let earlier = alert_at(now() - SignedDuration::from_mins(25));
    assert_eq!(word(&send(&apns, &earlier).await.0), "yes");

    let expired = || Cue::answer(403, &reason("ExpiredProviderToken"));
    apple.script().add(expired().times(1));
    let (sent, asked) = send(&apns, &alert()).await;
    assert_eq!(
        (word(&sent), asked, apple.tokens()),
        ("yes", 1, 2),
        "{sent:?}"
    );

    // The new one is young: it is not made anew again, whatever Apple says.
    apple.script().add(expired());
    assert_eq!(word(&send(&apns, &alert()).await.0), "unwelcome");
    assert_eq!(apple.tokens(), 2);
}

#[tokio::test]
async fn a_key_that_is_not_the_accounts_waits_for_a_person_and_falls_on_no_device() {
    let (apple, other) = (apple().await, apple().await);
    let settings = Settings {
        auth_key: other.auth_key().as_bytes(),
        ..apns_settings(&apple)
    };
    let apns = Apns::new(&settings, PATIENT).expect("a key");
    let (sent, _) = send(&apns, &alert()).await;
    assert!(
        matches!(&sent, Sent::Unwelcome(_, why) if why == "403 InvalidProviderToken"),
        "{sent:?}"
    );
    assert_eq!((word(&sent), apple.pushes().count()), ("unwelcome", 0));
}

#[tokio::test]
async fn without_the_ledgers_word_nothing_is_sent() {
    let apple = apple().await;
    let apns = apns(&apple);
    let not_ours = Ledger::saying(|| Ok(false));
    assert_eq!(word(&apns.send(&alert(), &not_ours).await), "not mine");
    let away = Ledger::saying(|| anyhow::bail!("Postgres is away"));
    let sent = apns.send(&alert(), &away).await;
    assert!(
        matches!(&sent, Sent::Failed(error) if format!("{error:#}").contains("Postgres is away")),
        "{sent:?}"
    );
    assert_eq!((apple.pushes().count(), apple.connections()), (0, 0));
}

#[tokio::test]
async fn silence_after_the_request_is_no_no() {
    let apple = apple().await;
    apple.script().add(Cue::silence());
    let (sent, asked) = send(&apns_within(&apple, HASTY), &alert()).await;
    assert_eq!((word(&sent), asked), ("unknown", 1), "{sent:?}");
}

#[tokio::test]
async fn who_cannot_prove_to_be_apple_gets_neither_token_nor_alert() {
    let apple = apple().await;
    let settings = Settings {
        extra_ca: None,
        ..apns_settings(&apple)
    };
    let (sent, _) = send(&Apns::new(&settings, PATIENT).expect("settings"), &alert()).await;
    assert_eq!(word(&sent), "unwelcome", "{sent:?}");
    assert!(format!("{sent:?}").contains("certificate"), "{sent:?}");
    assert_eq!((apple.pushes().count(), apple.tokens()), (0, 0));
}

#[tokio::test]
async fn nobody_listening_means_later() {
    // Bound and not listening: refused, and nobody else's meanwhile.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a port");
    let apple = apple().await;
    let settings = Settings {
        host: &format!("https://{}", socket.local_addr().expect("a port")),
        ..apns_settings(&apple)
    };
    let (sent, _) = send(&Apns::new(&settings, PATIENT).expect("settings"), &alert()).await;
    assert!(
        matches!(&sent, Sent::Later(_, why) if why.contains("refused")),
        "{sent:?}"
    );
    assert_eq!(word(&sent), "away");
}

#[tokio::test]
async fn a_token_that_would_lead_elsewhere_is_none_of_apples() {
    let apple = apple().await;
    for token in ["", "../../elsewhere", "aa11?x", "ä"] {
        let alert = Alert {
            token: token.to_owned(),
            ..alert()
        };
        let ledger = Ledger::agreeing();
        let sent = apns(&apple).send(&alert, &ledger).await;
        assert_eq!((word(&sent), ledger.asked()), ("gone", 0), "{token}");
    }
    assert_eq!(apple.connections(), 0);
}
