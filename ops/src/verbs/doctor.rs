//! Looks at everything, and says what is not well and what to do about it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use operate::doctor::{self, Environment, Level, PushEnvironment};

use crate::{backends::Backends, exit::Refusal, out::Out};

#[derive(Args)]
pub(crate) struct Doctor {
    /// Exit with 7 if anything is as bad as this.
    #[arg(long, value_name = "LEVEL", default_value = "critical")]
    fail_on: FailOn,
    /// Do not send a probe job through a worker.
    #[arg(long)]
    no_probe: bool,
    #[command(flatten)]
    given: Given,
}

#[derive(Clone, Copy, ValueEnum)]
enum FailOn {
    Warning,
    Critical,
    Never,
}

/// Of other processes; looked at where it is set.
#[derive(Args)]
struct Given {
    #[arg(long, env = "SMTP_URL", hide_env_values = true, hide = true)]
    smtp_url: Option<String>,
    #[arg(long, env = "SMTP_CA_PATH", hide = true)]
    smtp_ca_path: Option<String>,
    #[arg(long, env = "FEATURE_PUSH_ENABLED", hide = true)]
    feature_push_enabled: Option<String>,
    #[arg(long, env = "APNS_AUTH_KEY_PATH", hide = true)]
    apns_auth_key_path: Option<String>,
    #[arg(long, env = "APNS_KEY_ID", hide = true)]
    apns_key_id: Option<String>,
    #[arg(long, env = "APNS_TEAM_ID", hide = true)]
    apns_team_id: Option<String>,
    #[arg(long, env = "APNS_TOPIC", hide = true)]
    apns_topic: Option<String>,
    #[arg(
        long,
        env = "APNS_HOST",
        hide = true,
        default_value = "api.push.apple.com"
    )]
    apns_host: String,
    #[arg(long, env = "FCM_CREDENTIALS_PATH", hide = true)]
    fcm_credentials_path: Option<String>,
    #[arg(
        long,
        env = "FCM_HOST",
        hide = true,
        default_value = "fcm.googleapis.com"
    )]
    fcm_host: String,
    #[arg(long, env = "PUSH_CA_PATH", hide = true)]
    push_ca_path: Option<String>,
}

impl Given {
    fn environment(self) -> Environment {
        let enabled = self.feature_push_enabled.as_deref();
        let enabled = matches!(enabled, Some("true" | "1"));
        Environment {
            smtp_url: told(self.smtp_url.clone()),
            smtp_ca: told(self.smtp_ca_path.clone()).map(PathBuf::from),
            push: enabled.then(|| self.push()),
        }
    }

    fn push(self) -> PushEnvironment {
        PushEnvironment {
            apns_auth_key: told(self.apns_auth_key_path).map(PathBuf::from),
            fcm_credentials: told(self.fcm_credentials_path).map(PathBuf::from),
            names: vec![
                ("APNS_KEY_ID", told(self.apns_key_id)),
                ("APNS_TEAM_ID", told(self.apns_team_id)),
                ("APNS_TOPIC", told(self.apns_topic)),
            ],
            hosts: vec![("APNS_HOST", self.apns_host), ("FCM_HOST", self.fcm_host)],
            ca: told(self.push_ca_path).map(PathBuf::from),
        }
    }
}

/// What is empty is not set.
fn told(value: Option<String>) -> Option<String> {
    value.filter(|value| !value.is_empty())
}

impl Doctor {
    pub(crate) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        let store = backends.store().ok();
        let environment = self.given.environment();
        let probe = !self.no_probe;
        let findings = doctor::examine(&queue, store.as_ref(), &environment, probe).await;
        out.rows(
            &["CHECK", "LEVEL", "FOUND", "REMEDY"],
            &findings,
            |finding| {
                vec![
                    finding.check.to_owned(),
                    finding.level.as_str().to_owned(),
                    finding.found.clone(),
                    finding.remedy.clone().unwrap_or_else(|| "–".to_owned()),
                ]
            },
        )?;
        let bound = match self.fail_on {
            FailOn::Warning => Level::Warning,
            FailOn::Critical => Level::Critical,
            FailOn::Never => return Ok(()),
        };
        let bad = findings
            .iter()
            .filter(|finding| finding.level >= bound)
            .count();
        if bad == 0 {
            return Ok(());
        }
        let what = if bad == 1 { "thing is" } else { "things are" };
        Err(Refusal::Threshold(format!("{bad} {what} not well")).into())
    }
}
