//! An alert as FCM wants it.

use kinds::ports::Alert;
use serde_json::json;

/// A copy that comes later replaces the first, waiting (`collapse_key`) or shown (`tag`), and nobody is
/// told what is moot. Through Google to an Apple device the same holds by Apple's names.
pub(super) fn of(alert: &Alert) -> String {
    let id = alert.id.to_string();
    let left = alert.expires.duration_since(alert.at).as_secs().max(0);
    let message = json!({
        "token": alert.token,
        "notification": { "title": alert.title, "body": alert.body },
        "data": { "path": alert.path, "delivery": id },
        "android": {
            "priority": "HIGH",
            "ttl": format!("{left}s"),
            "collapse_key": id,
            "notification": { "tag": id, "sound": "default" },
        },
        "apns": { "headers": {
            "apns-collapse-id": id,
            "apns-expiration": alert.expires.as_second().max(1).to_string(),
        } },
    });
    json!({ "message": message }).to_string()
}
