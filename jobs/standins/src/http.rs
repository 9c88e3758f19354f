//! One request at a time over loopback: all that the demo asks of HTTP.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(10);

/// Posts JSON to `base` + `path`, and answers the JSON that came back with a 2xx.
pub(crate) fn post(
    base: &str,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> anyhow::Result<Value> {
    let host = base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).with_context(|| format!("connecting to {base}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let body = body.to_string();
    let token = token
        .map(|token| format!("Authorization: Token {token}\r\n"))
        .unwrap_or_default();
    let size = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n{token}\r\n{body}"
    )?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .with_context(|| format!("the answer of {path}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an HTTP answer")?;
    ensure!(head.starts_with("HTTP/1.1 2"), "{path}: {head}\n{body}");
    serde_json::from_str(body).with_context(|| format!("JSON from {path}"))
}
