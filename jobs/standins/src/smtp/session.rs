//! One client's dialogue, from the greeting to its end.

mod deliver;

use std::{io, sync::Arc};

use tokio::select;

use super::{
    Effect, Fault, Office, Stage, auth,
    envelope::{self, Envelope},
    wire::{self, Wire},
};

pub(super) struct Session {
    office: Arc<Office>,
    wire: Wire,
    secure: bool,
    known: bool,
    /// From `MAIL` on.
    envelope: Option<Envelope>,
}

enum Next {
    Command,
    Tls,
    Close,
}

impl Session {
    pub(super) fn new(office: Arc<Office>, wire: Wire) -> Session {
        Session {
            secure: office.identity.is_none(),
            known: office.login.is_none(),
            office,
            wire,
            envelope: None,
        }
    }

    pub(super) async fn run(mut self) -> io::Result<()> {
        self.wire.say("220 inbox ESMTP ready").await?;
        loop {
            match self.command().await? {
                Next::Command => {}
                Next::Tls => self = self.secured().await?,
                Next::Close => return Ok(()),
            }
        }
    }

    async fn command(&mut self) -> io::Result<Next> {
        let Some(line) = self.wire.line().await? else {
            return self.reply("500 5.5.2 line too long").await;
        };
        let (verb, said) = line.split_once(' ').unwrap_or((&line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.hello().await,
            "HELO" => self.reply("250 inbox").await,
            "STARTTLS" => self.starttls().await,
            "AUTH" => self.auth(said).await,
            "MAIL" => self.mail(said).await,
            "RCPT" => self.rcpt(said).await,
            "DATA" => self.data().await,
            "RSET" => {
                self.envelope = None;
                self.reply("250 2.0.0 forgotten").await
            }
            "NOOP" => self.reply("250 2.0.0 fine").await,
            "QUIT" => self
                .wire
                .say("221 2.0.0 goodbye")
                .await
                .map(|()| Next::Close),
            _ => self.reply("500 5.5.1 unknown command").await,
        }
    }

    async fn hello(&mut self) -> io::Result<Next> {
        self.envelope = None;
        self.wire.say("250-inbox").await?;
        if !self.secure {
            self.wire.say("250-STARTTLS").await?;
        } else if self.office.login.is_some() {
            self.wire.say("250-AUTH PLAIN LOGIN").await?;
        }
        self.wire.say(&format!("250-SIZE {}", wire::MAIL)).await?;
        self.wire.say("250-8BITMIME").await?;
        self.reply("250 ENHANCEDSTATUSCODES").await
    }

    async fn starttls(&mut self) -> io::Result<Next> {
        if self.secure {
            return self.reply("503 5.5.1 no TLS to be had here").await;
        }
        self.wire.say("220 2.0.0 go ahead").await?;
        Ok(Next::Tls)
    }

    async fn secured(self) -> io::Result<Session> {
        let Some(identity) = &self.office.identity else {
            return Ok(self);
        };
        let wire = self.wire.secure(identity).await?;
        Ok(Session {
            wire,
            secure: true,
            envelope: None,
            ..self
        })
    }

    async fn auth(&mut self, said: &str) -> io::Result<Next> {
        if !self.secure {
            return self.reply("530 5.7.0 STARTTLS first").await;
        }
        if self.known {
            return self.reply("503 5.5.1 no need").await;
        }
        let login = auth::ask(&mut self.wire, said).await?;
        self.known = login.is_some() && login == self.office.login;
        if self.known {
            return self.reply("235 2.7.0 welcome").await;
        }
        self.reply("535 5.7.8 user or password is wrong").await
    }

    async fn mail(&mut self, said: &str) -> io::Result<Next> {
        if let Some(refusal) = self.stranger() {
            return self.reply(refusal).await;
        }
        let Some((from, parameters)) = envelope::path("FROM:", said) else {
            return self.reply("501 5.5.4 it is MAIL FROM:<address>").await;
        };
        if envelope::size(parameters).is_some_and(|size| size > wire::MAIL) {
            return self.reply("552 5.3.4 too large").await;
        }
        let from = from.to_owned();
        if let Some(fault) = self
            .office
            .faults
            .strike(Stage::Mail, std::slice::from_ref(&from))
        {
            return self.fail(fault).await;
        }
        self.envelope = Some(Envelope { from, to: vec![] });
        self.reply("250 2.1.0 sender is fine").await
    }

    async fn rcpt(&mut self, said: &str) -> io::Result<Next> {
        let Some(envelope) = &mut self.envelope else {
            return self.reply("503 5.5.1 MAIL first").await;
        };
        let Some((to, _)) = envelope::path("TO:", said).filter(|(to, _)| !to.is_empty()) else {
            return self.reply("501 5.5.4 it is RCPT TO:<address>").await;
        };
        if envelope.is_full() {
            return self.reply("452 4.5.3 too many recipients").await;
        }
        let to = to.to_owned();
        select! {
            biased;
            () = self.office.hold.pass_before_rcpt() => {}
            () = self.wire.hung_up() => return Ok(Next::Close),
        }
        if let Some(fault) = self
            .office
            .faults
            .strike(Stage::Rcpt, std::slice::from_ref(&to))
        {
            return self.fail(fault).await;
        }
        envelope.to.push(to);
        self.reply("250 2.1.5 recipient is fine").await
    }

    fn stranger(&self) -> Option<&'static str> {
        match () {
            () if !self.secure => Some("530 5.7.0 STARTTLS first"),
            () if !self.known => Some("530 5.7.0 AUTH first"),
            () => None,
        }
    }

    async fn fail(&mut self, fault: Fault) -> io::Result<Next> {
        match fault.effect {
            Effect::Answer { code, text } => self.reply(&format!("{code} {text}")).await,
            Effect::Cut => Ok(Next::Close),
            Effect::Silence => {
                self.wire.hung_up().await;
                Ok(Next::Close)
            }
        }
    }

    async fn reply(&mut self, reply: &str) -> io::Result<Next> {
        self.wire.say(reply).await.map(|()| Next::Command)
    }
}
