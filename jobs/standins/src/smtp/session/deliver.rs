//! `DATA`: the way of a mail into the inbox, with the gates and faults on it.

use std::io;

use tokio::select;

use super::{Next, Session};
use crate::smtp::{Fault, Mail, Stage, envelope::Envelope, wire::Content};

impl Session {
    pub(super) async fn data(&mut self) -> io::Result<Next> {
        let Some(envelope) = self
            .envelope
            .take()
            .filter(|envelope| !envelope.to.is_empty())
        else {
            return self.reply("503 5.5.1 MAIL and RCPT first").await;
        };
        if let Some(fault) = self.office.faults.strike(Stage::Data, &envelope.to) {
            return self.fail(fault).await;
        }
        select! {
            biased;
            () = self.office.hold.pass_before_data() => {}
            () = self.wire.hung_up() => return Ok(Next::Close),
        }
        self.wire.say("354 go ahead, a dot alone ends it").await?;
        match self.wire.content().await? {
            Content::Mail(raw) => self.deliver(envelope, raw).await,
            Content::TooLarge => self.reply("552 5.3.4 too large").await,
            Content::LineTooLong => self.reply("500 5.5.2 a line is too long").await,
        }
    }

    async fn deliver(&mut self, envelope: Envelope, raw: Vec<u8>) -> io::Result<Next> {
        match self.office.faults.strike(Stage::End, &envelope.to) {
            None => {
                let n = self.store(envelope, raw);
                self.end(n).await
            }
            Some(fault) => self.deliver_badly(envelope, raw, fault).await,
        }
    }

    async fn end(&mut self, n: u64) -> io::Result<Next> {
        select! {
            biased;
            () = self.office.hold.pass_after_data() => {}
            () = self.wire.hung_up() => return Ok(Next::Close),
        }
        self.reply(&format!("250 2.0.0 kept as {n}")).await
    }

    async fn deliver_badly(
        &mut self,
        envelope: Envelope,
        raw: Vec<u8>,
        fault: Fault,
    ) -> io::Result<Next> {
        if fault.stored {
            self.store(envelope, raw);
        }
        self.fail(fault).await
    }

    fn store(&self, envelope: Envelope, raw: Vec<u8>) -> u64 {
        self.office.mailbox.add(Mail::new(envelope, raw))
    }
}
