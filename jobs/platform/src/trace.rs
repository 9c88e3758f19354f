//! Traces: who asked, what was enqueued for it and what was sent, each a span of one trace.
//!
//! W3C Trace Context (`traceparent`) travels in a job's metadata from the span that enqueues it to the
//! worker that runs it. Where spans go is the process's own matter; where nobody takes them, nothing begins a
//! trace.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    future::Future,
    sync::{
        LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use opentelemetry::{
    Context, KeyValue, Value,
    global::{self, BoxedTracer},
    propagation::{Extractor, Injector, TextMapPropagator as _},
    trace::{
        FutureExt as _, Link, SpanBuilder, SpanKind, Status, TraceContextExt as _, Tracer as _,
    },
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::{Instrument as _, error_span};

/// The key in a job's metadata, as in HTTP.
pub const TRACEPARENT: &str = "traceparent";

/// Of whoever takes spans when the first one begins.
static TRACER: LazyLock<BoxedTracer> = LazyLock::new(|| global::tracer("honeydue"));
static PROPAGATOR: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);

type Name = Cow<'static, str>;

/// A step of the work at hand, which ends when this is dropped.
pub struct Span {
    context: Context,
    is_done: AtomicBool,
}

impl Span {
    /// Answers a request. It begins a trace, whatever a stranger sent along: what is recorded is ours to
    /// decide.
    pub fn of_request(name: impl Into<Name>) -> Self {
        Self::begin(&Context::new(), name, SpanKind::Server)
    }

    /// Makes one attempt at a job, as part of its enqueuer's trace.
    pub fn of_attempt(name: impl Into<Name>, metadata: &BTreeMap<String, String>) -> Self {
        let enqueuer = PROPAGATOR.extract_with_context(&Context::new(), &Sent(metadata));
        Self::begin(&enqueuer, name, SpanKind::Consumer)
    }

    /// Asks somebody else, such as a provider.
    pub fn of_call(name: impl Into<Name>) -> Self {
        Self::begin(&Context::current(), name, SpanKind::Client)
    }

    /// Begins a trace of its own, with a link to the step at work if there is one: for what begins by itself, and
    /// for one of so many steps that a single trace would not hold them all.
    pub fn apart(name: impl Into<Name>) -> Self {
        let from = Context::current().span().span_context().clone();
        let links = from.is_valid().then(|| Link::with_context(from));
        let span = SpanBuilder::from_name(name).with_links(links.into_iter().collect());
        Self::build(&Context::new(), span)
    }

    fn begin(parent: &Context, name: impl Into<Name>, kind: SpanKind) -> Self {
        Self::build(parent, SpanBuilder::from_name(name).with_kind(kind))
    }

    fn build(parent: &Context, span: SpanBuilder) -> Self {
        let span = TRACER.build_with_context(span, parent);
        Self {
            context: parent.with_span(span),
            is_done: AtomicBool::new(false),
        }
    }

    /// Whether anybody will see it.
    pub fn is_recorded(&self) -> bool {
        self.context.span().is_recording()
    }

    /// Ids and words of ours, never people.
    pub fn note(&self, key: &'static str, value: impl Into<Value>) {
        self.context.span().set_attribute(KeyValue::new(key, value));
    }

    pub fn fail(&self, why: &'static str) {
        self.context.span().set_status(Status::error(why));
    }

    /// Does `work` as this step: what it enqueues and the lines that it logs are of this trace.
    pub async fn run<W: Future>(&self, work: W) -> W::Output {
        let work = work.with_context(self.context.clone());
        let done = work.instrument(self.in_logs()).await;
        self.is_done.store(true, Ordering::Relaxed);
        done
    }

    /// The same for work that may fail, as the step then does.
    pub async fn try_run<T, E>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let done = self.run(work).await;
        if done.is_err() {
            self.fail("it failed");
        }
        done
    }

    /// A step within another of the same trace is logged as that one is. No filter of levels leaves it out.
    fn in_logs(&self) -> tracing::Span {
        let (ours, around) = (self.context.span(), Context::current());
        let (ours, around) = (ours.span_context(), around.span().span_context().trace_id());
        if !ours.is_valid() || ours.trace_id() == around {
            return tracing::Span::none();
        }
        error_span!("traced", trace_id = %ours.trace_id())
    }
}

impl Drop for Span {
    /// Work that was handed on may hold the context for longer.
    fn drop(&mut self) {
        if thread::panicking() {
            self.fail("panicked");
        } else if !self.is_done.load(Ordering::Relaxed) {
            self.fail("cut off");
        }
        self.context.span().end();
    }
}

/// What a job takes along of the step that enqueues it.
pub(crate) fn carried() -> BTreeMap<String, String> {
    let mut carried = Carried::default();
    PROPAGATOR.inject_context(&Context::current(), &mut carried);
    carried.0
}

/// Only where it came from: a `tracestate` has no use here.
#[derive(Default)]
struct Carried(BTreeMap<String, String>);

impl Injector for Carried {
    fn set(&mut self, key: &str, value: String) {
        if key == TRACEPARENT {
            self.0.insert(key.to_owned(), value);
        }
    }
}

struct Sent<'a>(&'a BTreeMap<String, String>);

impl Extractor for Sent<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_was_sent_along_makes_no_attempt_panic(text in "\\PC{0,80}") {
            let sent = BTreeMap::from([(TRACEPARENT.to_owned(), text)]);
            drop(Span::of_attempt("probe", &sent));
        }
    }
}
