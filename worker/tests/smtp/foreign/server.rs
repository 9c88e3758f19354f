//! aiosmtpd as a private child, on a port of its own choice.

use std::process::Stdio;

use kinds::ports::Email;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

pub(super) const PASSWORD: &str = "p@ss/wörd";

/// It ends when this is dropped, and with its standard input: so also if we are killed.
pub(super) struct Server {
    _child: Child,
    stdin: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    scheme: &'static str,
    port: u16,
    pub(super) ca: String,
}

/// A mail as it understood it.
#[derive(Debug, Deserialize)]
pub(super) struct Kept {
    pub(super) in_tls: bool,
    pub(super) logged_in: bool,
    pub(super) from: String,
    pub(super) to: Vec<String>,
    headers: Vec<(String, String)>,
    pub(super) text: String,
    pub(super) html: String,
    /// What is wrong with the mail by the standards.
    pub(super) defects: Vec<String>,
}

/// How it wants to be spoken to.
#[derive(Clone, Copy, Default)]
pub(super) struct Manner {
    /// TLS from the first byte, instead of STARTTLS.
    pub(super) smtps: bool,
    /// Ways to log in that it doesn't know.
    pub(super) without: &'static [&'static str],
}

impl Server {
    /// One that takes mail for whom `knows` names, from whoever knows the password.
    pub(super) async fn start(knows: &[&Email]) -> Server {
        Server::with_manners(Manner::default(), knows).await
    }

    pub(super) async fn with_manners(manner: Manner, knows: &[&Email]) -> Server {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let knows: Vec<_> = knows.iter().map(|email| email.to.as_str()).collect();
        let how = json!({
            "identity": format!("{}{}", signing_key.serialize_pem(), cert.pem()),
            "login": ["ada@example.com", PASSWORD],
            "knows": knows,
            "smtps": manner.smtps,
            "without": manner.without,
        });
        let mut server = Server::told(&how.to_string(), cert.pem()).await;
        server.scheme = if manner.smtps { "smtps" } else { "smtp" };
        server
    }

    async fn told(how: &str, ca: String) -> Server {
        let python = standins::find::aiosmtpd().unwrap_or_else(|missing| panic!("{missing}"));
        let mut child = Command::from(python)
            .args(["-W", "ignore", "-c", include_str!("server.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("it has just imported aiosmtpd");
        let mut stdin = child.stdin.take().expect("it is piped");
        let line = format!("{how}\n");
        stdin.write_all(line.as_bytes()).await.expect("it listens");
        let stdout = child.stdout.take().expect("it is piped");
        let mut said = BufReader::new(stdout).lines();
        let port = said.next_line().await.expect("it speaks");
        Server {
            _child: child,
            stdin,
            said,
            scheme: "smtp",
            port: port.expect("it starts").parse().expect("a port"),
            ca,
        }
    }

    /// As `SMTP_URL` has it, with a user and a password that need escaping.
    pub(super) fn url(&self) -> String {
        format!(
            "{}://ada%40example.com:p%40ss%2Fw%C3%B6rd@localhost:{}",
            self.scheme, self.port
        )
    }

    /// Ends it, and answers all that it has kept.
    pub(super) async fn end(mut self) -> Vec<Kept> {
        drop(self.stdin);
        let mut kept = Vec::new();
        while let Some(line) = self.said.next_line().await.expect("it speaks") {
            kept.push(serde_json::from_str(&line).expect("a mail"));
        }
        kept
    }
}

impl Kept {
    /// Every header of this name, decoded.
    pub(super) fn header(&self, wanted: &str) -> Vec<&str> {
        let headers = self.headers.iter();
        headers
            .filter(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
            .collect()
    }
}
