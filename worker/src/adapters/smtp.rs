//! E-mail over SMTP, one connection a mail.
//!
//! lettre speaks the protocol; when to speak, how long to wait and what an answer means is ours.
//! Its transport is of no use here: it can't stop between RCPT and DATA, where the ledger has its
//! say, its timeout bounds nothing but the TCP connect, and its pool hands a connection whose send
//! was cancelled to the next mail, which then reads the answers meant for the first.

mod answer;
mod compose;
mod config_error;
mod limits;
mod sealed;
mod server;
mod session;
mod trouble;
mod verdict;
mod wire;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use kinds::ports::{Commit, Email, Mailer, Sent};
use lettre::{message::Mailbox, transport::smtp::extension::ClientId};

use compose::compose;
use limits::Limits;
use server::Server;
use session::Session;

use super::{ConfigError, commit};

/// A mail server, and who we are to it.
pub struct Smtp {
    server: Server,
    from: Mailbox,
    /// Of what people can unsubscribe from.
    from_updates: Mailbox,
    hello: ClientId,
    limits: Limits,
}

impl Smtp {
    /// Reads `SMTP_URL` and `MAIL_FROM`; nothing is dialled yet.
    ///
    /// - `smtp://user:password@host:587` demands STARTTLS, and never goes on without it.
    /// - `smtps://user:password@host:465` speaks TLS from the first byte.
    /// - `smtp+plain://host:25`, or `?tls=none`, sends in the clear: for a relay on the same machine.
    ///
    /// `extra_ca` (PEM) is believed in addition to the public authorities.
    pub fn new(url: &str, from: &str, extra_ca: Option<&[u8]>) -> Result<Smtp, ConfigError> {
        let from = sender("MAIL_FROM", from)?;
        Ok(Smtp {
            server: Server::parse(url, extra_ca)?,
            hello: ClientId::Domain(from.email.domain().to_owned()),
            from_updates: from.clone(),
            from,
            limits: Limits::within(Duration::from_secs(20)),
        })
    }

    /// Reads `MAIL_FROM_UPDATES`: what people can unsubscribe from comes from there.
    pub fn updates_from(self, mailbox: &str) -> Result<Smtp, ConfigError> {
        let from_updates = sender("MAIL_FROM_UPDATES", mailbox)?;
        Ok(Smtp {
            from_updates,
            ..self
        })
    }

    /// Ends every send a little earlier than after `whole`.
    #[must_use]
    pub fn within(self, whole: Duration) -> Smtp {
        Smtp {
            limits: Limits::within(whole),
            ..self
        }
    }
}

fn sender(variable: &'static str, mailbox: &str) -> Result<Mailbox, ConfigError> {
    let parsed = mailbox.parse::<Mailbox>().ok();
    parsed
        .filter(|mailbox| mailbox.email.to_string().is_ascii())
        .ok_or_else(|| ConfigError::sender(variable))
}

/// Where, but never with which password.
impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.server).finish()
    }
}

#[async_trait]
impl Mailer for Smtp {
    /// A send that is cut short (the job's lease is lost, the process ends) drops its connection, so
    /// that nobody reads an answer meant for another. Dropped after the commit, it leaves the
    /// ledger's row in `sending`; whoever finds it there knows what that means, so there is nothing
    /// to clean up here.
    async fn send(&self, email: &Email, commit: &dyn Commit) -> Sent {
        let from = match email.unsubscribe {
            Some(_) => &self.from_updates,
            None => &self.from,
        };
        let mail = match compose(from, email) {
            Ok(mail) => mail,
            Err(sent) => return sent,
        };
        let session = Session::new(self, &mail);
        let ready = match session.prepare().await {
            Ok(ready) => ready,
            Err(sent) => return sent,
        };
        match commit::ask(commit, self.limits.commit).await {
            Ok(()) => session.hand_over(ready).await,
            Err(sent) => {
                session::part(ready, &self.limits);
                sent
            }
        }
    }
}
