//! One request at a time over loopback: all that demo and tests ask of HTTP.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(10);

/// Sends JSON to `base` + `path`, and answers the JSON that came back with a 2xx.
pub(crate) fn send(
    base: &str,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &Value,
) -> anyhow::Result<Value> {
    let body = body.to_string();
    let token = token
        .map(|token| format!("Authorization: Token {token}\r\n"))
        .unwrap_or_default();
    let size = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n{token}"
    );
    let (status, answer) = ask(base.trim_start_matches("http://"), &request, &body)?;
    ensure!((200..300).contains(&status), "{path}: {status}\n{answer}");
    if answer.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&answer).with_context(|| format!("JSON from {path}"))
}

/// The status and body of what `host` has at `path`.
pub fn get(host: &str, path: &str) -> anyhow::Result<(u16, String)> {
    ask(host, &format!("GET {path} HTTP/1.1\r\n"), "")
}

/// Posts a form to `url`, as a mailbox does that ends a subscription, and answers the status and body.
pub(crate) fn press(url: &str, form: &str) -> anyhow::Result<(u16, String)> {
    let rest = url.strip_prefix("http://").context("a link on loopback")?;
    let (host, path) = rest.split_once('/').context("a link with a path")?;
    let (kind, size) = ("application/x-www-form-urlencoded", form.len());
    let head =
        format!("POST /{path} HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n");
    ask(host, &head, form)
}

fn ask(host: &str, head: &str, body: &str) -> anyhow::Result<(u16, String)> {
    let mut stream = TcpStream::connect(host).with_context(|| format!("connecting to {host}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "{head}Host: {host}\r\nConnection: close\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .with_context(|| format!("the answer of {host}"))?;
    let (head, body) = answer.split_once("\r\n\r\n").context("an HTTP answer")?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok((status.context("an HTTP status")?, body.to_owned()))
}
