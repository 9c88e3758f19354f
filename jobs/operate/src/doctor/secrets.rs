//! Secrets: set, readable, and what they should be, as far as one can tell without using them.

use std::{fs::File, io::Read as _, path::Path};

use serde_json::Value;

use super::{Finding, environment::PushEnvironment};

/// A key or an account has a few kilobytes.
const LONGEST: u64 = 64 * 1024;

pub(super) fn of(push: &PushEnvironment) -> Vec<Finding> {
    let key = push.apns_auth_key.as_deref();
    let account = push.fcm_credentials.as_deref();
    let files = [
        file("APNS_AUTH_KEY_PATH", key, is_a_key),
        file("FCM_CREDENTIALS_PATH", account, is_an_account),
    ];
    let unset = push.names.iter().filter(|(_, value)| value.is_none());
    files
        .into_iter()
        .chain(unset.map(|(name, _)| missing(name)))
        .collect()
}

fn missing(name: &str) -> Finding {
    Finding::critical("secrets", format!("{name} is not set, and push is enabled"))
        .mend(format!("set {name}, or FEATURE_PUSH_ENABLED to false"))
}

fn file(name: &str, path: Option<&Path>, is_one: fn(&str) -> Result<(), &'static str>) -> Finding {
    let Some(path) = path else {
        return missing(name);
    };
    match read(path) {
        Err(error) => Finding::critical("secrets", format!("{name} can't be read: {error}"))
            .mend("see how the secret is mounted, and for whom"),
        Ok(text) => match is_one(&text) {
            Ok(()) => Finding::ok("secrets", format!("{name} can be read")),
            Err(why) => Finding::critical("secrets", format!("{name} names a file that {why}"))
                .mend("see that the right secret is mounted there"),
        },
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

fn is_a_key(text: &str) -> Result<(), &'static str> {
    let is_one = text.trim_start().starts_with("-----BEGIN PRIVATE KEY-----");
    is_one.then_some(()).ok_or("is no private key")
}

fn is_an_account(text: &str) -> Result<(), &'static str> {
    let account: Value = serde_json::from_str(text).map_err(|_| "is no JSON")?;
    let is_one = ["client_email", "private_key"]
        .iter()
        .all(|name| account[name].is_string());
    is_one.then_some(()).ok_or("is no service account")
}
