//! Hands spans to whoever collects them, over OTLP/HTTP. Without an address nothing is recorded.
//!
//! Spans are kept back and sent in batches by a thread of the library's own, which drops what it can't get
//! rid of: a collector that is slow or away costs traces, and no job waits for it. How much is recorded, and
//! what a collector is shown (`OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`), the library reads from
//! OpenTelemetry's own variables; how much is kept back is said here, for it takes any number there.

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use opentelemetry::{KeyValue, global};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider},
};
use reqwest::{blocking::Client, redirect::Policy};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tracing::warn;

use crate::TraceArgs;

/// For one try at a batch, as OpenTelemetry has it. The library makes a few, while further spans gather.
const PATIENCE: Duration = Duration::from_secs(10);
/// A second's worth goes at once. Beyond what is kept back, spans are dropped.
const EVERY: Duration = Duration::from_secs(1);
const BATCH: usize = 512;
const MOST_KEPT: usize = 2048;
/// What the last batch gets when the process ends.
const LAST: Duration = Duration::from_secs(1);

/// Whoever takes this process's spans.
pub(crate) struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Not from within a runtime: the client is one that blocks.
    pub(crate) fn start(name: &'static str, args: &TraceArgs) -> anyhow::Result<Self> {
        let Some(collector) = args.collector() else {
            return Ok(Self(None));
        };
        let exporter = exporter(collector).context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        let provider = SdkTracerProvider::builder()
            .with_span_processor(in_batches(exporter))
            .with_resource(resource(name))
            .build();
        global::set_tracer_provider(provider.clone());
        Ok(Self(Some(provider)))
    }

    /// Sends what is left, if the collector is quick about it.
    pub(crate) fn close(self) {
        let closed = self.0.map(|provider| provider.shutdown_with_timeout(LAST));
        if let Some(Err(error)) = closed {
            warn!(%error, "The last spans may not have been collected");
        }
    }
}

fn in_batches(exporter: SpanExporter) -> BatchSpanProcessor {
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(MOST_KEPT)
        .with_max_export_batch_size(BATCH)
        .with_scheduled_delay(EVERY)
        .build();
    BatchSpanProcessor::builder(exporter)
        .with_batch_config(batches)
        .build()
}

fn exporter(collector: &str) -> anyhow::Result<SpanExporter> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client()?)
        .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
        .with_timeout(PATIENCE)
        .build()?;
    Ok(exporter)
}

fn client() -> anyhow::Result<Client> {
    let client = Client::builder()
        .tls_backend_preconfigured(public_authorities()?)
        .timeout(PATIENCE)
        .redirect(Policy::none())
        .no_proxy()
        .build()?;
    Ok(client)
}

/// A bare container knows none of its own.
fn public_authorities() -> Result<ClientConfig, rustls::Error> {
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn resource(name: &'static str) -> Resource {
    Resource::builder()
        .with_service_name(name)
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build()
}
