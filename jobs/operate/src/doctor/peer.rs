//! A server elsewhere: where it is, and what may be the matter with it.

use std::future::Future;

use tokio::{net::TcpStream, time::timeout};

use super::Finding;
use crate::patience::{patience, wait};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) host: String,
    pub(super) port: u16,
}

/// What is wrong with it, and what to do about that.
#[derive(Debug)]
pub(super) struct Unwell {
    found: String,
    remedy: String,
}

impl Unwell {
    pub(super) fn new(found: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (found, remedy) = (found.into(), remedy.into());
        Self { found, remedy }
    }

    pub(super) fn away(error: impl std::fmt::Display) -> Self {
        Self::new(
            error.to_string(),
            "see that it is up, and that nothing between here and there refuses",
        )
    }
}

impl Place {
    /// `host`, `host:port` or `[::1]:port`.
    pub(super) fn read(text: &str, usual: u16) -> Option<Self> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (text, usual),
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        (!host.is_empty()).then_some(Self { host, port })
    }

    pub(super) async fn connect(&self) -> Result<TcpStream, Unwell> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await;
        stream.map_err(Unwell::away)
    }

    /// What came of a talk with it; `name` is the variable that leads there.
    pub(super) async fn judged(
        &self,
        name: &str,
        talk: impl Future<Output = Result<&'static str, Unwell>>,
    ) -> Finding {
        let silent = |_| {
            let long = patience();
            Err(Unwell::away(format!("it does not answer in {long:?}")))
        };
        let Self { host, port } = self;
        match timeout(wait(), talk).await.unwrap_or_else(silent) {
            Ok(how) => Finding::ok("reach", format!("{host}:{port} answers {how} ({name})")),
            Err(Unwell { found, remedy }) => {
                Finding::critical("reach", format!("{host}:{port} ({name}): {found}")).mend(remedy)
            }
        }
    }
}

/// A variable that leads nowhere.
pub(super) fn nowhere(name: &str) -> Finding {
    Finding::critical("reach", format!("{name} names no host")).mend(format!("set {name} right"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_host_and_a_port_or_the_usual_one() {
        let read = |text| Place::read(text, 443).map(|place| (place.host, place.port));
        let place = |host: &str, port| Some((host.to_owned(), port));
        assert_eq!(read("api.push.example"), place("api.push.example", 443));
        assert_eq!(read("127.0.0.1:8443"), place("127.0.0.1", 8443));
        assert_eq!(read("[::1]:25"), place("::1", 25));
        assert_eq!(read("[::1]"), place("::1", 443));
        for wrong in ["", ":25", "host:port", "host:99999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
