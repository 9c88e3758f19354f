//! The settings of pushes: all of them, or none.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Args;
use kinds::ports::Carriers;

use crate::adapters::{
    ConfigError,
    apns::{self, Apns},
    fcm::{self, Fcm},
};

/// What is empty counts as not set: that is how a deployment leaves a variable out.
#[derive(Debug, Args)]
pub struct PushArgs {
    /// Whether pushes are sent. If not, none of their other settings is looked at, and the ledger says
    /// of each push that they are switched off.
    #[arg(
        long,
        env = "FEATURE_PUSH_ENABLED",
        default_value = "false",
        action = clap::ArgAction::Set,
        value_name = "BOOL"
    )]
    pub feature_push_enabled: bool,

    /// The key for pushes to Apple's devices: the `.p8` file that Apple gives out.
    #[arg(long, env = "APNS_AUTH_KEY_PATH", value_name = "FILE")]
    pub apns_auth_key_path: Option<String>,

    /// The ten characters by which Apple knows that key.
    #[arg(long, env = "APNS_KEY_ID", value_name = "ID")]
    pub apns_key_id: Option<String>,

    /// The ten characters by which Apple knows us.
    #[arg(long, env = "APNS_TEAM_ID", value_name = "ID")]
    pub apns_team_id: Option<String>,

    /// The app's bundle id, such as `com.example.honeydue`.
    #[arg(long, env = "APNS_TOPIC", value_name = "BUNDLE")]
    pub apns_topic: Option<String>,

    /// Where APNs is; `api.sandbox.push.apple.com` for an app in development.
    #[arg(
        long,
        env = "APNS_HOST",
        default_value = "api.push.apple.com",
        value_name = "HOST"
    )]
    pub apns_host: String,

    /// The JSON file of the service account that sends by FCM.
    #[arg(long, env = "FCM_CREDENTIALS_PATH", value_name = "FILE")]
    pub fcm_credentials_path: Option<String>,

    /// Where FCM is.
    #[arg(
        long,
        env = "FCM_HOST",
        default_value = "fcm.googleapis.com",
        value_name = "HOST"
    )]
    pub fcm_host: String,

    /// A PEM file of authorities to believe besides the public ones, for providers of one's own.
    #[arg(long, env = "PUSH_CA_PATH", value_name = "FILE")]
    pub push_ca_path: Option<String>,
}

impl PushArgs {
    /// Who carries pushes, each ending a send a little earlier than after `whole`; `None` if they are
    /// switched off.
    pub fn carriers(&self, whole: Duration) -> anyhow::Result<Option<Carriers>> {
        if !self.feature_push_enabled {
            return Ok(None);
        }
        let ca = self.push_ca_path.as_deref().filter(|path| !path.is_empty());
        let ca = ca.map(|path| read("PUSH_CA_PATH", path)).transpose()?;
        Ok(Some(Carriers {
            apns: Arc::new(self.apns(ca.as_deref(), whole)?),
            fcm: Arc::new(self.fcm(ca.as_deref(), whole)?),
        }))
    }

    fn apns(&self, extra_ca: Option<&[u8]>, whole: Duration) -> anyhow::Result<Apns> {
        let settings = apns::Settings {
            auth_key: &needed_file("APNS_AUTH_KEY_PATH", self.apns_auth_key_path.as_deref())?,
            key_id: needed("APNS_KEY_ID", self.apns_key_id.as_deref())?,
            team_id: needed("APNS_TEAM_ID", self.apns_team_id.as_deref())?,
            topic: needed("APNS_TOPIC", self.apns_topic.as_deref())?,
            host: &self.apns_host,
            extra_ca,
        };
        Ok(Apns::new(&settings, whole)?)
    }

    fn fcm(&self, extra_ca: Option<&[u8]>, whole: Duration) -> anyhow::Result<Fcm> {
        let settings = fcm::Settings {
            credentials: &needed_file(
                "FCM_CREDENTIALS_PATH",
                self.fcm_credentials_path.as_deref(),
            )?,
            host: &self.fcm_host,
            extra_ca,
        };
        Ok(Fcm::new(&settings, whole)?)
    }
}

fn needed<'a>(variable: &'static str, value: Option<&'a str>) -> Result<&'a str, ConfigError> {
    let value = value.map(str::trim).filter(|value| !value.is_empty());
    let missing = "it must be set while FEATURE_PUSH_ENABLED is true";
    value.ok_or_else(|| ConfigError::new(variable, missing))
}

fn needed_file(variable: &'static str, path: Option<&str>) -> anyhow::Result<Vec<u8>> {
    read(variable, needed(variable, path)?)
}

fn read(variable: &'static str, path: &str) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{variable}: can't read {path}"))
}
