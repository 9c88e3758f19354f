//! A mail server that keeps what it is sent: for the demo to look at, for tests to ask.
//!
//! It is a decent server (STARTTLS, AUTH, limits) until told otherwise: [`Faults`] make it answer
//! badly or not at all, [`Hold`] stops it at the moments around which a worker may be killed.

mod auth;
mod envelope;
mod faults;
mod hold;
mod mail;
mod mailbox;
mod office;
mod server;
mod session;
mod wire;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use anyhow::Context as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::{net::TcpListener, task::AbortHandle};

pub use faults::{BadFault, Effect, Fault, Faults, Stage};
pub use hold::Hold;
pub use mail::Mail;
pub(crate) use office::Office;

use crate::{push::Pushes, web};

/// How to be an inbox. The default: free ports on loopback, STARTTLS, a login.
#[derive(Debug, Clone)]
pub struct SmtpOptions {
    pub listen: SocketAddr,
    /// Where the page and the JSON API are.
    pub web_listen: SocketAddr,
    /// Nobody sends without it. None lets everybody.
    pub login: Option<(String, String)>,
    /// Nobody logs in or sends without it.
    pub starttls: bool,
}

impl Default for SmtpOptions {
    fn default() -> SmtpOptions {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        SmtpOptions {
            listen: anywhere,
            web_listen: anywhere,
            login: Some(("honeydue".to_owned(), "inbox".to_owned())),
            starttls: true,
        }
    }
}

/// The running server, until it is dropped.
pub struct Inbox {
    office: Arc<Office>,
    smtp: SocketAddr,
    web: SocketAddr,
    tasks: [AbortHandle; 2],
}

impl Inbox {
    pub async fn start(options: SmtpOptions) -> anyhow::Result<Inbox> {
        let (smtp, smtp_addr) = bind(options.listen).await?;
        let (web, web_addr) = bind(options.web_listen).await?;
        let office = Arc::new(Office::open(&options)?);
        let tasks = [
            tokio::spawn(server::serve(smtp, Arc::clone(&office))).abort_handle(),
            tokio::spawn(web::serve(web, Arc::clone(&office))).abort_handle(),
        ];
        Ok(Inbox {
            office,
            smtp: smtp_addr,
            web: web_addr,
            tasks,
        })
    }

    pub fn smtp_addr(&self) -> SocketAddr {
        self.smtp
    }

    /// As the worker's `SMTP_URL` has it.
    pub fn smtp_url(&self) -> String {
        let scheme = match self.office.identity {
            Some(_) => "smtp",
            None => "smtp+plain",
        };
        let login = self.office.login.as_ref().map(|(user, password)| {
            let encode = |part| utf8_percent_encode(part, NON_ALPHANUMERIC);
            format!("{}:{}@", encode(user), encode(password))
        });
        format!("{scheme}://{}{}", login.unwrap_or_default(), self.smtp)
    }

    /// Whom to trust in order to trust this server; empty without STARTTLS.
    pub fn ca_pem(&self) -> &str {
        let identity = self.office.identity.as_ref();
        identity.map_or("", |identity| &identity.ca_pem)
    }

    pub fn web_addr(&self) -> SocketAddr {
        self.web
    }

    /// In order of arrival.
    pub fn mails(&self) -> Vec<Arc<Mail>> {
        self.office.mailbox.mails()
    }

    /// The mails, once there are that many. Panics after three minutes: for tests.
    pub async fn wait_for(&self, count: usize) -> Vec<Arc<Mail>> {
        self.office.mailbox.wait_for(count).await;
        self.mails()
    }

    /// What the page shows next to mails; stand-ins that are given it put theirs there.
    pub fn pushes(&self) -> Arc<Pushes> {
        Arc::clone(&self.office.pushes)
    }

    pub fn clear(&self) {
        self.office.mailbox.clear();
    }

    pub fn faults(&self) -> &Faults {
        &self.office.faults
    }

    /// Stops each mail before its recipient is accepted: its sender has committed to nothing yet.
    pub fn hold_before_rcpt(&self, on: bool) {
        self.office.hold.before_rcpt(on);
    }

    /// Stops each mail after the last recipient is accepted, before its content is asked for.
    pub fn hold_before_data(&self, on: bool) {
        self.office.hold.before_data(on);
    }

    /// Stops each mail when it is in the inbox and its sender doesn't know yet.
    pub fn hold_after_data(&self, on: bool) {
        self.office.hold.after_data(on);
    }

    /// How many are held now. One whose sender hangs up is held no longer.
    pub fn held(&self) -> usize {
        self.office.hold.held()
    }

    /// Panics after three minutes: for tests.
    pub async fn wait_for_held(&self, count: usize) {
        self.office.hold.wait_for(count).await;
    }

    /// Lets go of every mail held, and holds no more.
    pub fn release(&self) {
        self.office.hold.release();
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("the inbox can't listen on {address}"))?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}
