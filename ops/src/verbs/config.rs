//! `config show`: what the environment says to every process, without its secrets.

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::{backends::Backends, out::Out};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Each setting of the contract, as this environment has it; secrets are masked.
    Show(Box<Environment>),
}

macro_rules! environment {
    ($($field:ident = $name:literal, $secret:ident;)*) => {
        /// What other processes read; here it is only shown.
        #[derive(Args)]
        pub(crate) struct Environment {
            $(#[arg(long, env = $name, hide_env_values = true, hide = true)] $field: Option<String>,)*
        }

        impl Environment {
            fn settings(self) -> Vec<Setting> {
                vec![$(Setting::new($name, self.$field.as_deref(), Shown::$secret),)*]
            }
        }
    };
}

environment! {
    smtp_url = "SMTP_URL", Url;
    smtp_ca_path = "SMTP_CA_PATH", Plain;
    mail_from = "MAIL_FROM", Plain;
    mail_from_updates = "MAIL_FROM_UPDATES", Plain;
    mail_per_hour = "MAIL_PER_HOUR", Plain;
    bounce_webhook_secret = "BOUNCE_WEBHOOK_SECRET", Secret;
    public_url = "PUBLIC_URL", Url;
    secret_key = "SECRET_KEY", Secret;
    feature_push_enabled = "FEATURE_PUSH_ENABLED", Plain;
    apns_auth_key_path = "APNS_AUTH_KEY_PATH", Plain;
    apns_key_id = "APNS_KEY_ID", Plain;
    apns_team_id = "APNS_TEAM_ID", Plain;
    apns_topic = "APNS_TOPIC", Plain;
    apns_host = "APNS_HOST", Plain;
    fcm_credentials_path = "FCM_CREDENTIALS_PATH", Plain;
    fcm_host = "FCM_HOST", Plain;
    push_ca_path = "PUSH_CA_PATH", Plain;
    listen = "LISTEN", Plain;
    metrics_listen = "METRICS_LISTEN", Plain;
    otel_exporter_otlp_endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT", Url;
    log = "LOG", Plain;
    log_format = "LOG_FORMAT", Plain;
    queues = "QUEUES", Plain;
    hostname = "HOSTNAME", Plain;
}

#[derive(Clone, Copy)]
pub(crate) enum Shown {
    Plain,
    /// But for the password in it.
    Url,
    Secret,
}

#[derive(Serialize)]
pub(crate) struct Setting {
    name: &'static str,
    /// `None`: not set.
    value: Option<String>,
}

impl Setting {
    pub(crate) fn new(name: &'static str, value: Option<&str>, shown: Shown) -> Self {
        let value = value.map(|value| match shown {
            Shown::Plain => value.to_owned(),
            Shown::Url => value.split(',').map(masked).collect::<Vec<_>>().join(","),
            Shown::Secret => "***".to_owned(),
        });
        Self { name, value }
    }
}

impl Verb {
    pub(crate) fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let Self::Show(environment) = self;
        let mut settings = backends.settings();
        settings.extend(environment.settings());
        out.rows(&["SETTING", "VALUE"], &settings, |setting| {
            let value = setting.value.clone();
            vec![
                setting.name.to_owned(),
                value.unwrap_or_else(|| "(not set)".to_owned()),
            ]
        })
    }
}

/// A URL without its password, nor what is asked of it, where passwords stand too.
fn masked(url: &str) -> String {
    let (url, query) = url
        .split_once('?')
        .map_or((url, ""), |(url, _)| (url, "?***"));
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => {
            let name = user.split(':').next().unwrap_or_default();
            let secret = if user.contains(':') { ":***" } else { "" };
            format!("{name}{secret}@{host}")
        }
        None => rest.to_owned(),
    };
    let scheme = if scheme.is_empty() {
        String::new()
    } else {
        format!("{scheme}://")
    };
    format!("{scheme}{rest}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        for (url, shown) in [
            ("redis://localhost:6379/0", "redis://localhost:6379/0"),
            ("redis://:pw@host/", "redis://:***@host/"),
            (
                "postgres://ada:p@ss:w@host/due?password=x",
                "postgres://ada:***@host/due?***",
            ),
            ("smtp://ada@host", "smtp://ada@host"),
            ("nonsense", "nonsense"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
