//! The client of one provider.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::{Client, RequestBuilder, Response, header::RETRY_AFTER};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio::time::{Instant, timeout_at};

use super::{lost::Lost, retry_after};
use crate::adapters::ConfigError;

/// Answers of providers have a few hundred bytes.
const LONGEST: usize = 16 * 1024;
/// How often an idle connection is asked whether it lives, and how long it may think.
const PING: Duration = Duration::from_secs(30);

pub(in crate::adapters) struct Line {
    client: Client,
}

/// What a provider said.
#[derive(Debug, Default)]
pub(in crate::adapters) struct Answer {
    pub(in crate::adapters) code: u16,
    pub(in crate::adapters) retry_after: Option<Duration>,
    pub(in crate::adapters) body: Vec<u8>,
}

impl Line {
    /// One connection a host, over HTTP/2 and TLS alone. `extra_ca` (PEM) is believed in addition to
    /// the public authorities.
    pub(in crate::adapters) fn new(
        extra_ca: Option<&[u8]>,
        connect: Duration,
    ) -> Result<Line, ConfigError> {
        let client = Client::builder()
            .tls_backend_preconfigured(trust(extra_ca)?)
            .https_only(true)
            .http2_prior_knowledge()
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PING / 3)
            .http2_keep_alive_while_idle(true)
            .pool_idle_timeout(None)
            .connect_timeout(connect)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        let client =
            client.map_err(|error| ConfigError::new("PUSH_CA_PATH", format!("no TLS: {error}")))?;
        Ok(Line { client })
    }

    pub(in crate::adapters) fn post(&self, url: url::Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// `now` is what a date in the answer is compared with.
    pub(in crate::adapters) async fn ask(
        &self,
        request: RequestBuilder,
        until: Instant,
        now: Timestamp,
    ) -> Result<Answer, Lost> {
        let response = match timeout_at(until, request.send()).await {
            Ok(response) => response.map_err(Lost::of)?,
            Err(_) => return Err(Lost::Unanswered("no answer in time".to_owned())),
        };
        let header = response.headers().get(RETRY_AFTER);
        Ok(Answer {
            code: response.status().as_u16(),
            retry_after: header.and_then(|value| retry_after::read(value, now)),
            // The status has decided by now; without its body an answer says less, but no other thing.
            body: timeout_at(until, body(response)).await.unwrap_or_default(),
        })
    }
}

async fn body(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk[..chunk.len().min(LONGEST - body.len())]);
        if body.len() == LONGEST {
            break;
        }
    }
    body
}

fn trust(extra_ca: Option<&[u8]>) -> Result<ClientConfig, ConfigError> {
    let wrong = |problem: String| ConfigError::new("PUSH_CA_PATH", problem);
    let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    if let Some(pem) = extra_ca {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let certificates = certificates.unwrap_or_default();
        if roots.add_parsable_certificates(certificates).0 == 0 {
            return Err(wrong("it holds no PEM certificate".to_owned()));
        }
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(format!("no TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}
