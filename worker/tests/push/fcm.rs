//! The stand-in of Google: what arrives is what was sent, and what it says is what we do.

use std::time::Duration;

use jiff::SignedDuration;
use kinds::ports::{Alert, Push as _, Sent};
use serde_json::{Value, json};
use standins::push::Cue;

use crate::given::{
    HASTY, Ledger, PATIENT, alert, fcm, fcm_trusting, fcm_within, google, send, word,
};

/// A refusal with FCM's own code.
fn refusal(status: u16, own: &str, message: &str) -> Cue {
    let detail =
        json!({ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": own });
    let error = json!({ "code": status, "message": message, "status": own, "details": [detail] });
    Cue::answer(status, &json!({ "error": error }))
}

fn plain_401() -> Cue {
    Cue::answer(
        401,
        &json!({ "error": { "code": 401, "status": "UNAUTHENTICATED" } }),
    )
}

#[tokio::test]
async fn an_alert_arrives_as_it_was_meant() {
    let (google, alert) = (google().await, alert());
    let (sent, asked) = send(&fcm(&google), &alert).await;
    assert_eq!(asked, 1);
    let name = "200 projects/honeydue-demo/messages/0:1";
    assert!(
        matches!(&sent, Sent::Yes { answer } if answer == name),
        "{sent:?}"
    );

    let push = google.pushes().all().remove(0);
    assert_eq!(
        (&push.token, &push.title, &push.body),
        (&alert.token, &alert.title, &alert.body)
    );
    let id = alert.id.to_string();
    for (name, value) in [
        ("priority", "HIGH"),
        ("ttl", "3600s"),
        ("collapse_key", &id),
    ] {
        assert_eq!(push.options[name], value, "{name}");
    }
    assert_eq!(push.id, id);
    assert_eq!(
        push.payload["data"],
        json!({ "path": "/tasks/7", "delivery": id })
    );
}

#[tokio::test]
async fn what_is_moot_by_now_is_not_kept_for_later() {
    let google = google().await;
    let alert = Alert {
        expires: alert().at - SignedDuration::from_mins(1),
        ..alert()
    };
    send(&fcm(&google), &alert).await;
    assert_eq!(google.pushes().all()[0].options["ttl"], "0s");
}

#[tokio::test]
async fn of_many_who_need_a_token_one_asks_for_it() {
    let google = google().await;
    let fcm = fcm(&google);
    let alerts: Vec<Alert> = (0..100).map(|_| alert()).collect();
    let sends = alerts.iter().map(|alert| send(&fcm, alert));
    for (sent, _) in futures_util::future::join_all(sends).await {
        assert_eq!(word(&sent), "yes", "{sent:?}");
    }
    assert_eq!(
        (google.pushes().count(), google.asked_for_tokens()),
        (100, 1)
    );
}

#[tokio::test]
async fn of_many_who_need_a_token_one_hears_that_there_is_none() {
    let google = google().await;
    let busy = Cue::answer(503, &Value::Null).header("retry-after", "7");
    google.token_script().add(busy.times(1));
    let fcm = fcm(&google);
    let alerts: Vec<Alert> = (0..100).map(|_| alert()).collect();
    let sends = alerts.iter().map(|alert| send(&fcm, alert));
    for (sent, asked) in futures_util::future::join_all(sends).await {
        let waits = matches!(&sent, Sent::Later(wait, _) if *wait == Duration::from_secs(7));
        assert!(waits && asked == 0, "{sent:?}");
    }
    assert_eq!(google.asked_for_tokens(), 1);
    // Whoever comes later asks again.
    assert_eq!(word(&send(&fcm, &alert()).await.0), "yes");
}

#[tokio::test]
async fn a_token_that_was_taken_back_is_asked_for_anew_once() {
    let google = google().await;
    let fcm = fcm(&google);
    assert_eq!(word(&send(&fcm, &alert()).await.0), "yes");
    google.take_tokens_back();
    let (sent, asked) = send(&fcm, &alert()).await;
    assert_eq!(
        (word(&sent), asked, google.asked_for_tokens()),
        ("yes", 1, 2),
        "{sent:?}"
    );

    google.script().add(plain_401());
    let (sent, asked) = send(&fcm, &alert()).await;
    assert_eq!(
        (word(&sent), asked, google.asked_for_tokens()),
        ("unwelcome", 1, 3),
        "{sent:?}"
    );
}

#[tokio::test]
#[rustfmt::skip] // a table reads better aligned
async fn what_google_says_is_what_we_do() {
    let no_token = "The registration token is not a valid FCM registration token";
    let table = [
        (refusal(404, "UNREGISTERED", "Requested entity was not found."),  "gone"),
        (refusal(400, "INVALID_ARGUMENT", no_token),                       "gone"),
        (refusal(400, "INVALID_ARGUMENT", "Android message is too big"),   "refused"),
        (refusal(403, "SENDER_ID_MISMATCH", "SenderId mismatch"),          "unwelcome"),
        (refusal(401, "THIRD_PARTY_AUTH_ERROR", "Auth error from APNS"),   "unwelcome"),
        (refusal(429, "QUOTA_EXCEEDED", "Quota exceeded."),                "away"),
        (refusal(500, "INTERNAL", "Internal error encountered."),          "away"),
        (refusal(503, "UNAVAILABLE", "The service is unavailable."),       "away"),
        (Cue::answer(404, &json!("<html>no such page</html>")),            "unwelcome"),
        (Cue::answer(504, &Value::Null),                                   "unknown"),
        (Cue::cut(true),                                                   "unknown"),
        (Cue::cut(false),                                                  "unknown"),
    ];
    let google = google().await;
    let fcm = fcm(&google);
    for (cue, wanted) in table {
        google.script().add(cue.clone().times(1));
        let (sent, asked) = send(&fcm, &alert()).await;
        assert_eq!((word(&sent), asked), (wanted, 1), "{cue:?}: {sent:?}");
    }
    // None of it has spoiled what comes after.
    assert_eq!(word(&send(&fcm, &alert()).await.0), "yes");
    assert_eq!((google.pushes().count(), google.asked_for_tokens()), (2, 1));
}

#[tokio::test]
async fn google_is_taken_at_its_word_about_when() {
    let google = google().await;
    let fcm = fcm(&google);
    for status in [429, 500, 503] {
        let busy = refusal(status, "UNAVAILABLE", "busy").header("retry-after", "7");
        google.script().add(busy.times(1));
        let (sent, _) = send(&fcm, &alert()).await;
        assert!(
            matches!(&sent, Sent::Later(wait, _) if *wait == Duration::from_secs(7)),
            "{sent:?}"
        );
    }
}

#[tokio::test]
async fn an_account_that_google_does_not_believe_waits_for_a_person_without_asking_the_ledger() {
    let google = google().await;
    let no = json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." });
    google.token_script().add(Cue::answer(400, &no));
    let (sent, asked) = send(&fcm(&google), &alert()).await;
    assert!(
        matches!(&sent, Sent::Unwelcome(_, why) if why.contains("400 invalid_grant")),
        "{sent:?}"
    );
    assert_eq!((word(&sent), asked), ("unwelcome", 0));
}

#[tokio::test]
async fn without_the_ledgers_word_nothing_is_sent() {
    let google = google().await;
    let fcm = fcm(&google);
    let not_ours = Ledger::saying(|| Ok(false));
    assert_eq!(word(&fcm.send(&alert(), &not_ours).await), "not mine");
    let away = Ledger::saying(|| anyhow::bail!("Postgres is away"));
    assert_eq!(word(&fcm.send(&alert(), &away).await), "failed");
    assert_eq!(google.pushes().count(), 0);
}

#[tokio::test]
async fn silence_is_unknown_after_the_request_and_later_before_it() {
    let google = google().await;
    google.script().add(Cue::silence().times(1));
    let (sent, asked) = send(&fcm_within(&google, HASTY), &alert()).await;
    assert_eq!((word(&sent), asked), ("unknown", 1), "{sent:?}");
    google.token_script().add(Cue::silence());
    let (sent, asked) = send(&fcm_within(&google, HASTY), &alert()).await;
    assert_eq!((word(&sent), asked), ("away", 0), "{sent:?}");
}

#[tokio::test]
async fn who_cannot_prove_to_be_google_is_not_even_asked_for_a_token() {
    let google = google().await;
    let (sent, asked) = send(&fcm_trusting(&google, None, PATIENT), &alert()).await;
    assert_eq!((word(&sent), asked), ("unwelcome", 0), "{sent:?}");
    assert!(format!("{sent:?}").contains("certificate"), "{sent:?}");
    assert_eq!(google.asked_for_tokens(), 0);
}
