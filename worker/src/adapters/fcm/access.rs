//! The token that Google gives us for an hour: asked for by one send while the others wait for it, and
//! shared by all.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use kinds::ports::Sent;
use serde::Deserialize;
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Instant, timeout_at},
};

use super::account::Account;
use crate::adapters::http::{Answer, Limits, Line, Lost};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// A send that begins with a token must end with it.
const MARGIN: Duration = Duration::from_mins(5);
/// Nobody is asked to remember for longer than that.
const MOST: u64 = 24 * 3600;

pub(super) struct Access {
    account: Account,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    token: Option<(Arc<str>, Instant)>,
    /// When we were last given none, and what was said: those who waited meanwhile don't ask again.
    refusal: Option<(Instant, Refusal)>,
}

#[derive(Clone)]
enum Refusal {
    /// Of the moment.
    Away(Duration, String),
    /// Of ours, which waits for a person.
    Unwelcome(Duration, String),
}

impl From<Refusal> for Sent {
    fn from(refusal: Refusal) -> Sent {
        match refusal {
            Refusal::Away(wait, why) => Sent::Later(wait, why),
            Refusal::Unwelcome(wait, why) => Sent::Unwelcome(wait, why),
        }
    }
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: u64,
}

impl Access {
    pub(super) fn new(account: Account) -> Access {
        Access {
            account,
            held: Mutex::default(),
        }
    }

    /// `Err` is what to answer instead of sending.
    pub(super) async fn token(
        &self,
        line: &Line,
        now: Timestamp,
        until: Instant,
        limits: &Limits,
    ) -> Result<Arc<str>, Sent> {
        let began = Instant::now();
        let mut held = self.hold(until, limits).await?;
        if let Some((token, _)) = held.token.as_ref().filter(|(_, end)| Instant::now() < *end) {
            return Ok(Arc::clone(token));
        }
        if let Some((_, refusal)) = held.refusal.as_ref().filter(|(at, _)| *at >= began) {
            return Err(refusal.clone().into());
        }
        self.renew(&mut held, line, now, until, limits).await
    }

    /// Cut short, it leaves all as it was.
    async fn renew(
        &self,
        held: &mut Held,
        line: &Line,
        now: Timestamp,
        until: Instant,
        limits: &Limits,
    ) -> Result<Arc<str>, Sent> {
        let asked = Instant::now();
        match self.ask(line, now, until, limits).await {
            Ok(granted) => {
                let lasts = Duration::from_secs(granted.expires_in.min(MOST));
                let token = Arc::<str>::from(granted.access_token);
                held.token = Some((Arc::clone(&token), asked + lasts.saturating_sub(MARGIN)));
                Ok(token)
            }
            Err(refusal) => {
                held.refusal = Some((Instant::now(), refusal.clone()));
                Err(refusal.into())
            }
        }
    }

    /// It was refused before its time; whoever comes next asks for another.
    pub(super) async fn forget(
        &self,
        refused: &str,
        until: Instant,
        limits: &Limits,
    ) -> Result<(), Sent> {
        let mut held = self.hold(until, limits).await?;
        held.token = held.token.take().filter(|(token, _)| **token != *refused);
        Ok(())
    }

    async fn hold(&self, until: Instant, limits: &Limits) -> Result<MutexGuard<'_, Held>, Sent> {
        let why = "another has been asking for a token for too long";
        let held = timeout_at(until, self.held.lock()).await;
        held.map_err(|_| Sent::Later(limits.away, why.to_owned()))
    }

    async fn ask(
        &self,
        line: &Line,
        now: Timestamp,
        until: Instant,
        limits: &Limits,
    ) -> Result<Granted, Refusal> {
        let assertion = self.account.assertion(now).unwrap_or_default();
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", GRANT)
            .append_pair("assertion", &assertion)
            .finish();
        let request = line.post(self.account.token_uri.clone());
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        match line.ask(request.body(form), until, now).await {
            Ok(answer) => granted(&answer, limits),
            Err(lost) => Err(not_asked(&lost, limits)),
        }
    }
}

fn granted(answer: &Answer, limits: &Limits) -> Result<Granted, Refusal> {
    let why = format!("Google gave us no token: {} {}", answer.code, error(answer));
    let why = why.trim_end().to_owned();
    match answer.code {
        200 => {
            let granted = serde_json::from_slice(&answer.body);
            granted.map_err(|_| Refusal::Away(limits.away, why))
        }
        429 | 500.. => {
            let wait = answer.retry_after.unwrap_or(limits.away);
            Err(Refusal::Away(wait, why))
        }
        _ => Err(Refusal::Unwelcome(limits.unwelcome, why)),
    }
}

fn not_asked(lost: &Lost, limits: &Limits) -> Refusal {
    let why = format!("Google could not be asked for a token: {lost}");
    match lost {
        Lost::Untrusted(_) => Refusal::Unwelcome(limits.unwelcome, why),
        Lost::Unsent(_) | Lost::Unanswered(_) => Refusal::Away(limits.away, why),
    }
}

/// Their word for it, such as `invalid_grant`.
fn error(answer: &Answer) -> String {
    #[derive(Deserialize)]
    struct Error {
        error: String,
    }
    let said = serde_json::from_slice(&answer.body).map_or(String::new(), |said: Error| said.error);
    let word = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    said.chars().take_while(word).take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip] // a table reads better aligned
    fn every_answer_to_our_asking_for_a_token_has_its_verdict() {
        let limits = Limits::within(Duration::from_secs(20));
        let table = [
            (200, r#"{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}"#,          None),
            (200, r#"{"token":"what?"}"#,                                                          Some(("away", 30))),
            (400, r#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#,     Some(("unwelcome", 300))),
            (401, r#"{"error":"invalid_client","error_description":"The OAuth client was deleted."}"#, Some(("unwelcome", 300))),
            (403, r#"{"error":"access_denied"}"#,                                                  Some(("unwelcome", 300))),
            (429, r#"{"error":"rate_limit_exceeded"}"#,                                            Some(("away", 7))),
            (500, r#"{"error":"internal_failure"}"#,                                               Some(("away", 7))),
            (503, "",                                                                              Some(("away", 7))),
        ];
        for (code, body, wanted) in table {
            let retry_after = (code >= 429).then_some(Duration::from_secs(7));
            let answer = Answer { code, retry_after, body: body.as_bytes().to_vec() };
            let waits = granted(&answer, &limits).err().map(|refusal| match refusal {
                Refusal::Away(wait, _) => ("away", wait.as_secs()),
                Refusal::Unwelcome(wait, _) => ("unwelcome", wait.as_secs()),
            });
            assert_eq!(waits, wanted, "{code} {body}");
        }
    }
}
