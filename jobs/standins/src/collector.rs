//! A stand-in for whoever collects traces: takes OTLP over HTTP, and keeps what it was sent.
//!
//! It reads with OpenTelemetry's own definitions of the protocol, so that what we send is not judged by us.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{Router, body::Bytes, extract::State, http::StatusCode, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{self as otlp, status::StatusCode as Code},
};
use prost::Message as _;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::until_or;

/// Then the first come is the first gone.
const MOST_KEPT: usize = 10_000;

/// Answers until it is dropped.
pub struct Collector {
    address: SocketAddr,
    kept: Kept,
    task: JoinHandle<()>,
}

/// A span, as far as tests ask.
#[derive(Debug, Clone)]
pub struct Span {
    /// Which of our processes it is of.
    pub process: String,
    pub name: String,
    pub trace: String,
    pub id: String,
    /// Empty for the first of its trace.
    pub parent: String,
    /// The traces that it links to.
    pub links: Vec<String>,
    pub notes: BTreeMap<String, String>,
    pub failed: bool,
    /// All that it was sent with, to be searched.
    pub whole: String,
}

type Kept = Arc<Mutex<Vec<Span>>>;

impl Collector {
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let kept = Kept::default();
        let app = Router::new()
            .route("/v1/traces", post(take))
            .with_state(Arc::clone(&kept));
        let task = tokio::spawn(async move {
            // It never returns: it waits out whatever goes wrong with a connection.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self {
            address,
            kept,
            task,
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All spans that came, in the order in which they did.
    pub fn spans(&self) -> Vec<Span> {
        let kept = self.kept.lock();
        kept.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for the first span of that name.
    pub async fn wait_for(&self, name: &str) -> Span {
        let found = Mutex::new(None);
        let names = || self.spans().into_iter().map(|span| span.name);
        let not_yet = || format!("{name:?} came; {:?} did", names().collect::<Vec<_>>());
        until_or(not_yet, async || {
            let first = self.spans().into_iter().find(|span| span.name == name);
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            *found = first;
            found.is_some()
        })
        .await;
        let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.expect("it was waited for")
    }

    /// All that came, to be searched.
    pub fn whole(&self) -> String {
        let spans = self.spans().into_iter();
        spans.map(|span| span.whole).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(kept): State<Kept>, body: Bytes) -> StatusCode {
    let Ok(request) = ExportTraceServiceRequest::decode(body) else {
        return StatusCode::BAD_REQUEST;
    };
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    for sent in request.resource_spans {
        let from = format!("{:?}", sent.resource);
        let process = process(sent.resource);
        let spans = sent.scope_spans.into_iter().flat_map(|scope| scope.spans);
        kept.extend(spans.map(|span| read(&process, &from, span)));
    }
    let over = kept.len().saturating_sub(MOST_KEPT);
    kept.drain(..over);
    StatusCode::OK
}

fn process(resource: Option<Resource>) -> String {
    let said = resource.map(|resource| notes(resource.attributes));
    said.and_then(|mut said| said.remove("service.name"))
        .unwrap_or_default()
}

fn read(process: &str, from: &str, span: otlp::Span) -> Span {
    Span {
        whole: format!("{span:?} of {from}"),
        process: process.to_owned(),
        name: span.name,
        trace: hex(&span.trace_id),
        id: hex(&span.span_id),
        parent: hex(&span.parent_span_id),
        links: span.links.iter().map(|link| hex(&link.trace_id)).collect(),
        notes: notes(span.attributes),
        failed: span
            .status
            .is_some_and(|status| status.code() == Code::Error),
    }
}

fn notes(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let notes = attributes.into_iter();
    notes.map(|note| (note.key, text(note.value))).collect()
}

fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}
