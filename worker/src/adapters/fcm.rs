//! Alerts to the devices that Google reaches, by version 1 of FCM's HTTP API.

mod access;
mod account;
mod message;
mod verdict;

use std::{fmt, sync::Arc, time::Duration};

use async_trait::async_trait;
use kinds::ports::{Alert, Commit, Push, Sent};
use tokio::time::Instant;
use url::Url;

use self::{access::Access, account::Account};
use super::{
    ConfigError, commit,
    http::{self, Answer, Limits, Line, Lost},
};

/// The settings of a project with Google.
pub struct Settings<'a> {
    /// The service account's JSON file.
    pub credentials: &'a [u8],
    /// Such as `fcm.googleapis.com`, or a whole URL.
    pub host: &'a str,
    /// PEM, believed besides the public authorities.
    pub extra_ca: Option<&'a [u8]>,
}

pub struct Fcm {
    line: Line,
    access: Access,
    send: Url,
    limits: Limits,
}

impl Fcm {
    /// Reads the settings; nothing is dialled yet. Ends every send a little earlier than after `whole`.
    pub fn new(settings: &Settings<'_>, whole: Duration) -> Result<Fcm, ConfigError> {
        let limits = Limits::within(whole);
        let account = Account::read(settings.credentials)?;
        let host = http::host("FCM_HOST", settings.host)?;
        Ok(Fcm {
            line: Line::new(settings.extra_ca, limits.step)?,
            send: account.send(&host)?,
            access: Access::new(account),
            limits,
        })
    }

    /// A no to our token, which may have been taken back, is answered with a fresh one, once.
    async fn hand_over(&self, body: &str, token: &str, alert: &Alert, until: Instant) -> Sent {
        let mut answer = self.ask(body, token, alert, until).await;
        if answer.as_ref().is_ok_and(verdict::is_about_our_token) {
            answer = match self.fresh(token, alert, until).await {
                Ok(fresh) => self.ask(body, &fresh, alert, until).await,
                Err(sent) => return sent,
            };
        }
        match answer {
            Ok(answer) => verdict::of(&answer, &self.limits),
            Err(lost) => verdict::of_none(&lost, &self.limits),
        }
    }

    async fn ask(
        &self,
        body: &str,
        token: &str,
        alert: &Alert,
        until: Instant,
    ) -> Result<Answer, Lost> {
        let request = self.line.post(self.send.clone()).bearer_auth(token);
        let request = request.header("content-type", "application/json");
        self.line
            .ask(request.body(body.to_owned()), until, alert.at)
            .await
    }

    /// A token other than `refused`.
    async fn fresh(&self, refused: &str, alert: &Alert, until: Instant) -> Result<Arc<str>, Sent> {
        self.access.forget(refused, until, &self.limits).await?;
        self.token(alert, until).await
    }

    async fn token(&self, alert: &Alert, until: Instant) -> Result<Arc<str>, Sent> {
        let until = until.min(Instant::now() + self.limits.step);
        self.access
            .token(&self.line, alert.at, until, &self.limits)
            .await
    }
}

/// Where, but never with which key.
impl fmt::Debug for Fcm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fcm({})", self.send)
    }
}

#[async_trait]
impl Push for Fcm {
    /// The token comes before the commit: without one nothing was sent, and the ledger is not bothered.
    async fn send(&self, alert: &Alert, commit: &dyn Commit) -> Sent {
        let until = Instant::now() + self.limits.send;
        let token = match self.token(alert, until).await {
            Ok(token) => token,
            Err(sent) => return sent,
        };
        let body = message::of(alert);
        match commit::ask(commit, self.limits.commit).await {
            Ok(()) => self.hand_over(&body, &token, alert, until).await,
            Err(sent) => sent,
        }
    }
}
