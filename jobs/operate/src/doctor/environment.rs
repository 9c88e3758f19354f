//! What this environment says: secrets that can be read, and servers that can be reached from here.

use std::{path::PathBuf, time::Duration};

use futures_util::future::join_all;
use tokio::{net::TcpStream, time::timeout};

use super::Finding;

const PATIENCE: Duration = Duration::from_secs(2);

/// The settings of other processes that bear on it, as far as they are set here.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    pub smtp_url: Option<String>,
    pub push_enabled: bool,
    /// Variable and file.
    pub secret_files: Vec<(&'static str, Option<PathBuf>)>,
    /// Variable and host.
    pub push_hosts: Vec<(&'static str, Option<String>)>,
}

impl Environment {
    pub(super) fn secrets(&self) -> Vec<Finding> {
        let files = self
            .secret_files
            .iter()
            .map(|(name, path)| self.secret(name, path.as_ref()));
        files.collect()
    }

    fn secret(&self, name: &str, path: Option<&PathBuf>) -> Finding {
        match path {
            None if self.push_enabled => {
                Finding::critical("secrets", format!("{name} is not set, and push is enabled"))
                    .mend(format!("set {name}, or FEATURE_PUSH_ENABLED to false"))
            }
            None => Finding::skipped("secrets", format!("{name} is not set here")),
            Some(path) => match std::fs::File::open(path).and_then(|file| file.metadata()) {
                Ok(file) if file.is_file() && file.len() > 0 => {
                    Finding::ok("secrets", format!("{name} can be read"))
                }
                Ok(_) => {
                    Finding::critical("secrets", format!("{name} names an empty file, or none"))
                        .mend("see how the secret is mounted")
                }
                Err(error) => {
                    Finding::critical("secrets", format!("{name} can't be read: {error}"))
                        .mend("see how the secret is mounted, and for whom")
                }
            },
        }
    }

    /// A connection each, from this machine: a worker may stand elsewhere.
    pub(super) async fn reachable(&self) -> Vec<Finding> {
        let smtp = self.smtp_url.as_deref().map(place_of_url);
        let mut places = vec![("SMTP_URL", smtp)];
        let push = self.push_hosts.iter().filter(|_| self.push_enabled);
        places.extend(push.map(|(name, host)| (*name, host.as_deref().map(place))));
        join_all(places.into_iter().map(|(name, place)| reach(name, place))).await
    }
}

async fn reach(name: &str, place: Option<Option<(String, u16)>>) -> Finding {
    let Some(place) = place else {
        return Finding::skipped("reach", format!("{name} is not set here"));
    };
    let Some((host, port)) = place else {
        return Finding::critical("reach", format!("{name} names no host"))
            .mend(format!("set {name} right"));
    };
    let remedy = "see that it is up, and that nothing between here and there refuses";
    match timeout(PATIENCE, TcpStream::connect((host.as_str(), port))).await {
        Ok(Ok(_)) => Finding::ok("reach", format!("{host}:{port} answers ({name})")),
        Ok(Err(error)) => {
            Finding::critical("reach", format!("{host}:{port} ({name}): {error}")).mend(remedy)
        }
        Err(_) => Finding::critical(
            "reach",
            format!("{host}:{port} ({name}) does not answer in 2 s"),
        )
        .mend(remedy),
    }
}

/// Where a URL leads, without who asks.
fn place_of_url(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let rest = rest.split(['/', '?']).next()?;
    let rest = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let usual = match scheme {
        "smtps" => 465,
        "smtp" => 587,
        "smtp+plain" => 25,
        _ => 443,
    };
    with_port(rest, usual)
}

fn place(host: &str) -> Option<(String, u16)> {
    if host.contains("://") {
        return place_of_url(host);
    }
    with_port(host, 443)
}

fn with_port(place: &str, usual: u16) -> Option<(String, u16)> {
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (place, usual),
    };
    (!host.is_empty()).then(|| (host.trim_matches(['[', ']']).to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_a_url_without_its_password() {
        for (url, host, port) in [
            (
                "smtp://ada%40x:pw@relay.example:2525",
                "relay.example",
                2525,
            ),
            ("smtps://relay.example/", "relay.example", 465),
            ("smtp+plain://[::1]:25", "::1", 25),
            ("https://fcm.example/v1", "fcm.example", 443),
        ] {
            assert_eq!(place_of_url(url), Some((host.to_owned(), port)), "{url}");
        }
        assert_eq!(place_of_url("nonsense"), None);
        assert_eq!(
            place("api.push.example"),
            Some(("api.push.example".to_owned(), 443))
        );
    }
}
