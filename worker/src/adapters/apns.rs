//! Alerts to Apple's devices, over one HTTP/2 connection a process.
//!
//! a2 knows what a payload, its options and the reasons of a refusal are called; the way there is
//! ours. Its client can't be pointed at another host or told of another authority, drops
//! `Retry-After`, and writes tokens that a strict reader refuses.

mod request;
mod token;
mod verdict;

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use kinds::ports::{Alert, Commit, Push, Sent};
use tokio::time::Instant;
use url::Url;

use self::{request::Composed, token::Tokens};
use super::{
    ConfigError, commit,
    http::{Answer, Limits, Line, Lost},
};

/// The settings of an account with Apple.
pub struct Settings<'a> {
    /// The `.p8` file's content.
    pub auth_key: &'a [u8],
    pub key_id: &'a str,
    pub team_id: &'a str,
    /// The app's bundle id.
    pub topic: &'a str,
    /// Such as `api.push.apple.com`, or a whole URL.
    pub host: &'a str,
    /// PEM, believed besides the public authorities.
    pub extra_ca: Option<&'a [u8]>,
}

pub struct Apns {
    line: Line,
    tokens: Tokens,
    host: Url,
    topic: String,
    limits: Limits,
    /// Whether Apple has taken an alert from this process, so that a token it does not take for our topic
    /// or host is to blame itself.
    proven: AtomicBool,
}

impl Apns {
    /// Reads the settings; nothing is dialled yet. Ends every send a little earlier than after `whole`.
    pub fn new(settings: &Settings<'_>, whole: Duration) -> Result<Apns, ConfigError> {
        let limits = Limits::within(whole);
        Ok(Apns {
            line: Line::new(settings.extra_ca, limits.step)?,
            tokens: Tokens::new(settings.auth_key, settings.key_id, settings.team_id)?,
            host: super::http::host("APNS_HOST", settings.host)?,
            topic: request::topic(settings.topic)?,
            limits,
            proven: AtomicBool::new(false),
        })
    }

    /// A no to our token is answered with a fresh one, once: nothing was taken meanwhile.
    async fn hand_over(&self, composed: &Composed, alert: &Alert, until: Instant) -> Sent {
        let token = self.tokens.at(alert.at);
        let mut answer = self.ask(composed, &token, until, alert).await;
        if let Ok(Answer { code: 403, .. }) = answer
            && let Some(fresh) = self.tokens.instead_of(&token, alert.at)
        {
            answer = self.ask(composed, &fresh, until, alert).await;
        }
        match answer {
            Ok(answer) => self.verdict(&answer),
            Err(lost) => verdict::of_none(&lost, &self.limits),
        }
    }

    fn verdict(&self, answer: &Answer) -> Sent {
        if answer.code == 200 {
            self.proven.store(true, Ordering::Relaxed);
        }
        verdict::of(answer, &self.limits, self.proven.load(Ordering::Relaxed))
    }

    async fn ask(
        &self,
        composed: &Composed,
        token: &str,
        until: Instant,
        alert: &Alert,
    ) -> Result<Answer, Lost> {
        let request = composed.on(&self.line).bearer_auth(token);
        self.line.ask(request, until, alert.at).await
    }
}

/// Where, but never with which key.
impl fmt::Debug for Apns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Apns({}, {})", self.host, self.topic)
    }
}

#[async_trait]
impl Push for Apns {
    /// A send that is cut short after the commit leaves the ledger's row in `sending`; whoever finds it
    /// there knows what that means.
    async fn send(&self, alert: &Alert, commit: &dyn Commit) -> Sent {
        let until = Instant::now() + self.limits.send;
        let composed = match Composed::new(&self.host, &self.topic, alert) {
            Ok(composed) => composed,
            Err(sent) => return sent,
        };
        match commit::ask(commit, self.limits.commit).await {
            Ok(()) => self.hand_over(&composed, alert, until).await,
            Err(sent) => sent,
        }
    }
}
