//! Node as a private child, on a port of its own choice.

use std::process::Stdio;

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// It ends when this is dropped, and with its standard input: so also if we are killed.
pub(super) struct Server {
    _child: Child,
    stdin: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
    port: u64,
    pub(super) ca: String,
    /// The account's private key; the server knows the public one.
    pub(super) auth_key: String,
}

impl Server {
    pub(super) async fn start() -> Server {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let account = KeyPair::generate().expect("a key");
        let how = json!({
            "cert": cert.pem(),
            "key": signing_key.serialize_pem(),
            "account": account.public_key_pem(),
        });
        let node = standins::find::server("node").expect("`make peers` gets it");
        let mut child = Command::new(node)
            .args(["-e", include_str!("server.js")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs");
        let stdout = child.stdout.take().expect("it is piped");
        let mut server = Server {
            stdin: child.stdin.take().expect("it is piped"),
            _child: child,
            said: BufReader::new(stdout).lines(),
            port: 0,
            ca: cert.pem(),
            auth_key: account.serialize_pem(),
        };
        server.tell(&how).await;
        server.port = server.next().await["port"].as_u64().expect("a port");
        server
    }

    pub(super) fn host(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// How to answer the next request; a status of 0 hangs up.
    pub(super) async fn answer(&mut self, status: u16, retry_after: &str, reason: &str) {
        let how = json!({ "status": status, "retry_after": retry_after, "reason": reason });
        self.tell(&how).await;
        // It says so once it knows.
        assert_eq!(self.next().await["told"], status);
    }

    /// What it says next: of each request, what it understood.
    pub(super) async fn next(&mut self) -> Value {
        let line = self.said.next_line().await.expect("it speaks");
        serde_json::from_str(&line.expect("it has not ended")).expect("JSON")
    }

    async fn tell(&mut self, how: &Value) {
        let line = format!("{how}\n");
        self.stdin
            .write_all(line.as_bytes())
            .await
            .expect("it listens");
    }
}
