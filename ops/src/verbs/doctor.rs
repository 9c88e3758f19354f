//! Looks at everything, and says what is not well and what to do about it.

use std::{mem, path::PathBuf};

use clap::{Args, ValueEnum};
use operate::doctor::{self, Environment, Finding, Level, PushEnvironment};

use crate::{
    backends::Backends,
    exit::Refusal,
    out::{Out, wrapped},
};

/// What is left of 80 columns behind check and level.
const TEXT: usize = 54;

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
        let store = backends.store_if_told()?;
        let environment = self.given.environment();
        let probe = !self.no_probe;
        let findings = doctor::examine(&queue, store.as_ref(), &environment, probe).await;
        draw(&findings, out)?;
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
        let how = if bound == Level::Critical {
            "critical"
        } else {
            "not well"
        };
        Err(Refusal::Threshold(format!("{bad} {what} {how}")).into())
    }
}

/// Narrow enough for any terminal: what to do stands below what was found.
fn draw(findings: &[Finding], out: &Out) -> anyhow::Result<()> {
    if !out.is_table() {
        return out.rows(&[], findings, |_| Vec::new());
    }
    let lines: Vec<_> = findings.iter().flat_map(lines).collect();
    out.rows(
        &["CHECK", "LEVEL", "FOUND"],
        &lines,
        |[check, level, text]| vec![check.clone(), level.clone(), text.clone()],
    )
}

fn lines(finding: &Finding) -> Vec<[String; 3]> {
    let (mut check, mut level) = (finding.check, finding.level.as_str());
    let mut texts = wrapped(&finding.found, TEXT);
    let remedy = finding.remedy.as_deref();
    let remedy = remedy.map(|remedy| wrapped(remedy, TEXT - 2));
    for (line, text) in remedy.into_iter().flatten().enumerate() {
        let sign = if line == 0 { "→" } else { " " };
        texts.push(format!("{sign} {text}"));
    }
    let lines = texts.into_iter().map(|text| {
        [
            mem::take(&mut check).to_owned(),
            mem::take(&mut level).to_owned(),
            text,
        ]
    });
    lines.collect()
}
