//! Which mail server, and how to be safe with it: what `SMTP_URL` says.

use std::fmt;

use lettre::transport::smtp::{
    authentication::Credentials,
    client::{Certificate, TlsParameters},
};
use percent_encoding::percent_decode_str;
use url::Url;

use super::ConfigError;

pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
}

pub(super) enum Security {
    /// TLS before anything else is said.
    Tls(TlsParameters),
    /// Clear text up to STARTTLS, which is demanded.
    StartTls(TlsParameters),
    /// Clear text throughout.
    None,
}

impl Server {
    pub(super) fn parse(text: &str, extra_ca: Option<&[u8]>) -> Result<Server, ConfigError> {
        let url = Url::parse(text).map_err(|error| ConfigError::url(error.to_string()))?;
        if !matches!(url.scheme(), "smtp" | "smtps" | "smtp+plain") {
            return Err(ConfigError::url(
                "the scheme is none of smtp, smtps, smtp+plain",
            ));
        }
        refuse_what_we_would_ignore(&url)?;
        let host = host(&url)?;
        let (port, security) = match (url.scheme(), wants_no_tls(&url)?) {
            ("smtp", false) => (587, Security::StartTls(trust(&host, extra_ca)?)),
            ("smtps", false) => (465, Security::Tls(trust(&host, extra_ca)?)),
            ("smtps", true) => {
                return Err(ConfigError::url("smtps and tls=none contradict each other"));
            }
            _ => (25, Security::None),
        };
        Ok(Server {
            port: url.port().unwrap_or(port),
            credentials: credentials(&url)?,
            security,
            host,
        })
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.security {
            Security::Tls(_) => "TLS",
            Security::StartTls(_) => "STARTTLS",
            Security::None => "clear text",
        };
        write!(f, "{}:{}, {how}", self.host, self.port)
    }
}

/// A part we don't read was meant to do something; silence would be a surprise.
fn refuse_what_we_would_ignore(url: &Url) -> Result<(), ConfigError> {
    if !matches!(url.path(), "" | "/") {
        return Err(ConfigError::url(
            "there is something after the host; an @ : or / in the password is written %40 %3A %2F",
        ));
    }
    if url.fragment().is_some() {
        return Err(ConfigError::url(
            "there is a #; in a password it is written %23",
        ));
    }
    Ok(())
}

fn host(url: &Url) -> Result<String, ConfigError> {
    match url.host_str().map(|host| host.trim_matches(['[', ']'])) {
        None | Some("") => Err(ConfigError::url("there is no host")),
        Some(host) => Ok(host.to_owned()),
    }
}

fn wants_no_tls(url: &Url) -> Result<bool, ConfigError> {
    let mut none = false;
    for (key, value) in url.query_pairs() {
        none = match (&*key, &*value) {
            ("tls", "none") => true,
            ("tls", "required") => false,
            ("tls", _) => return Err(ConfigError::url("tls is either required or none")),
            _ => return Err(ConfigError::url("the only setting after a ? is tls")),
        };
    }
    Ok(none)
}

fn credentials(url: &Url) -> Result<Option<Credentials>, ConfigError> {
    let decoded = |text: &str| match percent_decode_str(text).decode_utf8() {
        Ok(text) if !text.contains(char::is_control) => Ok(text.into_owned()),
        _ => Err(ConfigError::url("user or password is no text once decoded")),
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(ConfigError::url("there is a password and no user")),
        (_, None | Some("")) => Err(ConfigError::url("there is a user and no password")),
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

fn trust(host: &str, extra_ca: Option<&[u8]>) -> Result<TlsParameters, ConfigError> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(pem) = extra_ca {
        tls = tls.add_root_certificate(certificate(pem)?);
    }
    tls.build()
        .map_err(|error| ConfigError::url(format!("its TLS can't be set up: {error}")))
}

fn certificate(pem: &[u8]) -> Result<Certificate, ConfigError> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    // lettre takes a file without any certificate for an empty list, and then trusts nobody new.
    let holds_one = pem.windows(BEGIN.len()).any(|window| window == BEGIN);
    match Certificate::from_pem(pem) {
        Ok(certificate) if holds_one => Ok(certificate),
        _ => Err(ConfigError::url(
            "the extra certificate authority is no PEM certificate",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> String {
        let server = Server::parse(url, None).unwrap();
        let credentials = server.credentials.is_some();
        format!("{server:?}, credentials {credentials}")
    }

    #[test]
    fn the_scheme_says_how_safe_the_connection_is() {
        assert_eq!(
            read("smtp://mail.example.com"),
            "mail.example.com:587, STARTTLS, credentials false"
        );
        assert_eq!(
            read("smtp://ada:s3cret@mail.example.com:2525/"),
            "mail.example.com:2525, STARTTLS, credentials true"
        );
        assert_eq!(
            read("smtps://ada:s3cret@mail.example.com"),
            "mail.example.com:465, TLS, credentials true"
        );
        assert_eq!(
            read("smtp+plain://127.0.0.1:1025"),
            "127.0.0.1:1025, clear text, credentials false"
        );
        assert_eq!(
            read("smtp://[::1]:1025?tls=none"),
            "::1:1025, clear text, credentials false"
        );
        assert_eq!(
            read("smtp://[::1]?tls=required"),
            "::1:587, STARTTLS, credentials false"
        );
    }

    #[test]
    fn credentials_are_percent_decoded() {
        let server = Server::parse(
            "smtp://ada%40example.com:p%40ss%2F%C3%BC@mail.example.com",
            None,
        )
        .unwrap();
        let wanted = Credentials::new("ada@example.com".into(), "p@ss/ü".into());
        assert!(server.credentials == Some(wanted));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_secret() {
        let wrong = [
            ("", "relative URL without a base"),
            ("mail.example.com:587", "the scheme is none of"),
            (
                "http://ada:s3cret@mail.example.com",
                "the scheme is none of",
            ),
            ("smtp://ada:s3cret@", "host"),
            ("smtp:ada:s3cret", "there is"),
            ("smtp://ada@mail.example.com", "a user and no password"),
            ("smtp://:s3cret@mail.example.com", "a password and no user"),
            ("smtp://ada:s3cret%ff@mail.example.com", "is no text"),
            ("smtp://ada%00:s3cret@mail.example.com", "is no text"),
            ("smtp://ada:s3c/ret@mail.example.com", "port"),
            ("smtp://mail.example.com/s3cret", "something after the host"),
            ("smtp://ada:x@mail.example.com/#s3cret", "there is a #"),
            ("smtp://mail.example.com:99999", "port"),
            (
                "smtp://mail.example.com?tls=s3cret",
                "either required or none",
            ),
            ("smtp://mail.example.com?s3cret=1", "the only setting"),
            ("smtps://mail.example.com?tls=none", "contradict"),
        ];
        for (url, reason) in wrong {
            let said = Server::parse(url, None).unwrap_err().to_string();
            assert!(said.starts_with("SMTP_URL: "), "{url}: {said}");
            assert!(said.contains(reason), "{url}: {said}");
            assert!(!said.contains("s3c"), "{url}: {said}");
        }
    }

    #[test]
    fn an_authority_without_a_certificate_stops_the_start() {
        let said = Server::parse("smtp://mail.example.com", Some(b"not PEM"))
            .unwrap_err()
            .to_string();
        assert!(said.contains("no PEM certificate"), "{said}");
    }
}
