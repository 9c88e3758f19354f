//! TLS, as the worker's adapters insist on it: a certificate that somebody vouches for.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::peer::{Place, Unwell};

pub(super) struct Tls {
    connector: TlsConnector,
    /// The variable that may name an authority of one's own.
    variable: &'static str,
}

impl Tls {
    /// Believes the public authorities, and those of this PEM file.
    pub(super) fn believing(
        variable: &'static str,
        ca: Option<&Path>,
        protocols: &[&str],
    ) -> Result<Self, Unwell> {
        let wrong = |why: String| {
            let found = format!("{variable} {why}");
            Unwell::new(found, format!("set {variable} right, or not at all"))
        };
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        if let Some(ca) = ca {
            let read = CertificateDer::pem_file_iter(ca)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| wrong(format!("can't be read: {error}")))?;
            if roots.add_parsable_certificates(read).0 == 0 {
                return Err(wrong("holds no certificate".to_owned()));
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(error.to_string()))?;
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().into())
            .collect();
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            variable,
        })
    }

    pub(super) async fn shake_hands(
        &self,
        place: &Place,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, Unwell> {
        let remedy = format!(
            "see whose certificate it shows; an authority of one's own is named by {}",
            self.variable
        );
        let unwell = |error: String| Unwell::new(format!("no TLS: {error}"), remedy.clone());
        let name =
            ServerName::try_from(place.host.clone()).map_err(|error| unwell(error.to_string()))?;
        let shaken = self.connector.connect(name, stream).await;
        shaken.map_err(|error| unwell(error.to_string()))
    }
}
