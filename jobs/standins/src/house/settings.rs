//! How our processes are told where the stand-ins are.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::{Apns, Fcm, Inbox, apns};

type Settings = Vec<(&'static str, String)>;

pub(super) fn mail(inbox: &Inbox, files: &Files) -> anyhow::Result<Settings> {
    let from = "honeyDue <hello@honeydue.example.com>";
    Ok(vec![
        ("SMTP_URL", inbox.smtp_url()),
        ("SMTP_CA_PATH", files.write("smtp-ca.pem", inbox.ca_pem())?),
        ("MAIL_FROM", from.to_owned()),
    ])
}

pub(super) fn push(apns: &Apns, fcm: &Fcm, files: &Files) -> anyhow::Result<Settings> {
    let authorities = format!("{}{}", apns.ca_pem(), fcm.ca_pem());
    let (key, account) = (apns.auth_key(), fcm.credentials());
    Ok(vec![
        ("FEATURE_PUSH_ENABLED", "true".to_owned()),
        ("APNS_HOST", apns.host().to_owned()),
        ("APNS_AUTH_KEY_PATH", files.write("apns.p8", key)?),
        ("APNS_KEY_ID", apns::KEY_ID.to_owned()),
        ("APNS_TEAM_ID", apns::TEAM_ID.to_owned()),
        ("APNS_TOPIC", apns::TOPIC.to_owned()),
        ("FCM_HOST", fcm.host().to_owned()),
        ("FCM_CREDENTIALS_PATH", files.write("fcm.json", &account)?),
        ("PUSH_CA_PATH", files.write("push-ca.pem", &authorities)?),
    ])
}

/// What they are told of by path, until it is dropped.
pub(super) struct Files(PathBuf);

impl Files {
    pub(super) fn new() -> anyhow::Result<Self> {
        let name = format!("honeydue-house-{}", uuid::Uuid::new_v4().simple());
        let files = Self(std::env::temp_dir().join(name));
        std::fs::create_dir(&files.0).context("a directory for the house")?;
        Ok(files)
    }

    /// Its path.
    fn write(&self, name: &str, text: &str) -> anyhow::Result<String> {
        let path = self.0.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        Ok(path.display().to_string())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
