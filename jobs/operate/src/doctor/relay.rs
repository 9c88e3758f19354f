//! The mail relay: it greets, and is as safe as `SMTP_URL` asks, with a certificate that is believed.
//! Nobody logs in: a password that is tried often may lock us out.

use std::path::Path;

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};

use super::{
    Finding,
    peer::{Place, Unwell, nowhere},
    tls::Tls,
};

/// Longer than any relay's answer; more is none.
const MOST_LINES: usize = 100;
const LONGEST: u64 = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    Tls,
    StartTls,
    None,
}

pub(super) async fn greet(url: &str, ca: Option<&Path>) -> Finding {
    let Some((place, security)) = read(url) else {
        return nowhere("SMTP_URL");
    };
    place.judged("SMTP_URL", talk(&place, security, ca)).await
}

/// Where a URL leads and how, without who asks.
fn read(url: &str) -> Option<(Place, Security)> {
    let (scheme, rest) = url.split_once("://")?;
    let (rest, asked) = rest.split_once('?').unwrap_or((rest, ""));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let (port, security) = match scheme {
        "smtps" => (465, Security::Tls),
        "smtp" if asked != "tls=none" => (587, Security::StartTls),
        "smtp" | "smtp+plain" => (25, Security::None),
        _ => return None,
    };
    Some((Place::read(rest.trim_end_matches('/'), port)?, security))
}

async fn talk(
    place: &Place,
    security: Security,
    ca: Option<&Path>,
) -> Result<&'static str, Unwell> {
    let tls = Tls::believing("SMTP_CA_PATH", ca, &[])?;
    let stream = place.connect().await?;
    match security {
        Security::None => {
            let mut wire = Wire::new(stream);
            wire.answers("220").await?;
            wire.ask("EHLO localhost", "250").await?;
            Ok("EHLO, in clear text")
        }
        Security::Tls => {
            let mut wire = Wire::new(tls.shake_hands(place, stream).await?);
            wire.answers("220").await?;
            wire.ask("EHLO localhost", "250").await?;
            Ok("EHLO over TLS")
        }
        Security::StartTls => {
            let mut wire = Wire::new(stream);
            wire.answers("220").await?;
            offers_tls(&wire.ask("EHLO localhost", "250").await?)?;
            wire.ask("STARTTLS", "220").await?;
            let mut wire = Wire::new(tls.shake_hands(place, wire.0.into_inner()).await?);
            wire.ask("EHLO localhost", "250").await?;
            Ok("EHLO after STARTTLS")
        }
    }
}

fn offers_tls(lines: &[String]) -> Result<(), Unwell> {
    let offered = lines.iter().any(|line| {
        line.get(4..)
            .is_some_and(|word| word.eq_ignore_ascii_case("starttls"))
    });
    offered.then_some(()).ok_or_else(|| {
        Unwell::new(
            "it offers no STARTTLS, without which no mail is sent",
            "name a relay that does; one on the same machine may be asked in clear text by smtp+plain://",
        )
    })
}

struct Wire<S>(BufReader<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    fn new(stream: S) -> Self {
        Self(BufReader::new(stream))
    }

    async fn ask(&mut self, said: &str, code: &str) -> Result<Vec<String>, Unwell> {
        let said = format!("{said}\r\n");
        let written = self.0.write_all(said.as_bytes()).await;
        written.map_err(Unwell::away)?;
        self.0.flush().await.map_err(Unwell::away)?;
        self.answers(code).await
    }

    /// Its answer, each line with its code.
    async fn answers(&mut self, code: &str) -> Result<Vec<String>, Unwell> {
        let mut lines = Vec::new();
        while lines.len() < MOST_LINES {
            let line = self.line().await?;
            let (told, is_last) = (line.get(..3), line.get(3..4) != Some("-"));
            if told != Some(code) {
                return Err(Unwell::new(
                    format!("it says {line:?}"),
                    "ask whoever runs it what it has against us",
                ));
            }
            lines.push(line);
            if is_last {
                break;
            }
        }
        Ok(lines)
    }

    async fn line(&mut self) -> Result<String, Unwell> {
        let mut line = String::new();
        let mut bounded = (&mut self.0).take(LONGEST);
        let many = bounded.read_line(&mut line).await;
        match many.map_err(Unwell::away)? {
            0 => Err(Unwell::away("it ended the connection")),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_and_how_and_its_password_is_not_read() {
        for (url, host, port, security) in [
            (
                "smtp://ada%40x:pw@relay.example:2525",
                "relay.example",
                2525,
                Security::StartTls,
            ),
            (
                "smtps://relay.example/",
                "relay.example",
                465,
                Security::Tls,
            ),
            ("smtp+plain://[::1]:25", "::1", 25, Security::None),
            ("smtp://relay?tls=none", "relay", 25, Security::None),
        ] {
            let place = Place {
                host: host.to_owned(),
                port,
            };
            assert_eq!(read(url), Some((place, security)), "{url}");
        }
        for wrong in ["nonsense", "https://relay.example", "smtp://"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
