//! What this environment says of other processes, as far as it is set here.

use std::path::PathBuf;

use futures_util::future::join_all;

use super::{Finding, provider, relay, secrets};

/// What is empty counts as not set: that is how a deployment leaves a variable out.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub smtp_url: Option<String>,
    /// An authority that is believed besides the public ones.
    pub smtp_ca: Option<PathBuf>,
    /// `None`: pushes are switched off.
    pub push: Option<PushEnvironment>,
}

/// The settings of pushes: if they are sent, all of these are needed.
#[derive(Debug, Clone, Default)]
pub struct PushEnvironment {
    pub apns_auth_key: Option<PathBuf>,
    pub fcm_credentials: Option<PathBuf>,
    /// Variable and value.
    pub names: Vec<(&'static str, Option<String>)>,
    /// Variable and host.
    pub hosts: Vec<(&'static str, String)>,
    pub ca: Option<PathBuf>,
}

impl Environment {
    pub(super) fn secrets(&self) -> Vec<Finding> {
        match &self.push {
            Some(push) => secrets::of(push),
            None => vec![Finding::skipped("secrets", "pushes are switched off here")],
        }
    }

    /// A talk with each, from this machine: a worker may stand elsewhere.
    pub(super) async fn reachable(&self) -> Vec<Finding> {
        let smtp = async {
            match &self.smtp_url {
                Some(url) => relay::greet(url, self.smtp_ca.as_deref()).await,
                None => Finding::skipped("reach", "SMTP_URL is not set here"),
            }
        };
        let push = self.push.iter().flat_map(|push| {
            let hosts = push.hosts.iter();
            hosts.map(|(name, host)| provider::greet(name, host, push.ca.as_deref()))
        });
        let (smtp, push) = tokio::join!(smtp, join_all(push));
        [smtp].into_iter().chain(push).collect()
    }
}
