//! One conversation with the mail server, in three acts: prepare, ask the ledger, hand over.
//!
//! Every wait is bounded, and all of them together too: the caller must hear from us before it gives
//! up on us, for only we know whether the mail may have gone.

use std::time::Duration;

use kinds::ports::Sent;
use lettre::transport::smtp::{
    self,
    authentication::Mechanism,
    client::{AsyncSmtpConnection, AsyncTokioStream},
    commands::{Data, Mail as MailFrom, Rcpt},
    response::Response,
};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};

use super::{
    Smtp,
    answer::tidy,
    compose::Mail,
    limits::Limits,
    sealed::Sealed,
    server::Security,
    trouble::Trouble,
    verdict::{Stage, verdict},
    wire::Wire,
};

pub(super) struct Session<'a> {
    smtp: &'a Smtp,
    mail: &'a Mail,
    began: Instant,
}

impl<'a> Session<'a> {
    pub(super) fn new(smtp: &'a Smtp, mail: &'a Mail) -> Session<'a> {
        Session {
            smtp,
            mail,
            began: Instant::now(),
        }
    }

    /// Up to the recipient's 250: everything that can be refused without the mail.
    pub(super) async fn prepare(&self) -> Result<AsyncSmtpConnection, Sent> {
        let mut line = self.dial().await?;
        match self.introduce(&mut line).await {
            Ok(()) => Ok(line),
            Err(sent) => {
                part(line, &self.smtp.limits);
                Err(sent)
            }
        }
    }

    /// The mail itself. From here on a connection that ends without an answer leaves us not knowing.
    pub(super) async fn hand_over(&self, mut line: AsyncSmtpConnection) -> Sent {
        match self.give(&mut line).await {
            Ok(answer) => {
                part(line, &self.smtp.limits);
                Sent::Yes {
                    answer: self.text(&answer),
                }
            }
            // Dropped without a QUIT: the server might still be reading the mail.
            Err(sent) => sent,
        }
    }

    async fn give(&self, line: &mut AsyncSmtpConnection) -> Result<Response, Sent> {
        let bytes = &self.mail.bytes;
        self.step(Stage::Data, line.command(Data), &[354]).await?;
        self.step(Stage::Message, line.message(bytes), &[250]).await
    }

    async fn dial(&self) -> Result<AsyncSmtpConnection, Sent> {
        let wire = self.connect().await?;
        match &self.smtp.server.security {
            Security::Tls(tls) => {
                let sealed = Sealed::over(wire, tls.clone());
                self.greet(self.bounded(Stage::Greeting, sealed).await?)
                    .await
            }
            Security::StartTls(tls) => {
                let mut line = self.greet(wire).await?;
                let upgraded = line.starttls(tls.clone(), &self.smtp.hello);
                self.bounded(Stage::Greeting, upgraded).await?;
                Ok(line)
            }
            Security::None => self.greet(wire).await,
        }
    }

    async fn connect(&self) -> Result<Wire, Sent> {
        let server = &self.smtp.server;
        let dialled = TcpStream::connect((server.host.as_str(), server.port));
        let tcp = self.bounded(Stage::Greeting, dialled).await?;
        // A mail is two writes; Nagle would hold the second back until the first is acknowledged.
        tcp.set_nodelay(true)
            .map_err(|error| self.judge(Stage::Greeting, &error))?;
        Ok(Wire::new(tcp))
    }

    async fn greet(
        &self,
        stream: impl AsyncTokioStream + 'static,
    ) -> Result<AsyncSmtpConnection, Sent> {
        let stream = Box::new(stream);
        let greeted = AsyncSmtpConnection::connect_with_transport(stream, &self.smtp.hello);
        self.bounded(Stage::Greeting, greeted).await
    }

    async fn introduce(&self, line: &mut AsyncSmtpConnection) -> Result<(), Sent> {
        if let Some(credentials) = &self.smtp.server.credentials {
            let login = line.auth(&[Mechanism::Plain, Mechanism::Login], credentials);
            self.step(Stage::Auth, login, &[235]).await?;
        }
        let from = MailFrom::new(Some(self.mail.from.clone()), Vec::new());
        self.step(Stage::Sender, line.command(from), &[250]).await?;
        let to = Rcpt::new(self.mail.to.clone(), Vec::new());
        let answers = [250, 251];
        self.step(Stage::Recipient, line.command(to), &answers)
            .await?;
        Ok(())
    }

    /// One command, and the answers that mean it was done.
    ///
    /// lettre takes any 2xx or 3xx for a yes; a server that is one answer behind would have us
    /// believe that a mail is delivered.
    async fn step(
        &self,
        stage: Stage,
        command: impl Future<Output = Result<Response, smtp::Error>>,
        wanted: &[u16],
    ) -> Result<Response, Sent> {
        let answer = self.bounded(stage, command).await?;
        if wanted.contains(&answer.code().into()) {
            return Ok(answer);
        }
        let trouble = Trouble::Broken(format!("unexpected answer {}", self.text(&answer)));
        Err(verdict(stage, &trouble, &self.smtp.limits))
    }

    async fn bounded<T, E: std::error::Error + 'static>(
        &self,
        stage: Stage,
        act: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Sent> {
        let wait = self.wait(stage);
        match timeout(wait, act).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(self.judge(stage, &error)),
            Err(_) => Err(verdict(stage, &Trouble::Silent(wait), &self.smtp.limits)),
        }
    }

    fn judge(&self, stage: Stage, error: &(dyn std::error::Error + 'static)) -> Sent {
        let trouble = Trouble::of(error, self.mail.to.as_ref());
        verdict(stage, &trouble, &self.smtp.limits)
    }

    fn wait(&self, stage: Stage) -> Duration {
        let limits = &self.smtp.limits;
        let left_of = |whole: Duration| whole.saturating_sub(self.began.elapsed());
        match stage {
            Stage::Message => left_of(limits.send),
            Stage::Data => left_of(limits.send).min(limits.step),
            _ => left_of(limits.prepare).min(limits.step),
        }
    }

    fn text(&self, answer: &Response) -> String {
        let said: Vec<&str> = answer.message().collect();
        let text = format!("{} {}", answer.code(), said.join(" "));
        tidy(&text, self.mail.to.as_ref())
    }
}

/// Says goodbye with nobody waiting: the ledger should learn of a mail the moment it is taken.
pub(super) fn part(mut line: AsyncSmtpConnection, limits: &Limits) {
    let wait = limits.goodbye;
    tokio::spawn(async move { timeout(wait, line.quit()).await.map(|_| ()) });
}
