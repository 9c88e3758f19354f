//! The inbox for people (a page) and for programs (JSON).
//!
//! Messages are a stranger's words: the page escapes all of them, shows HTML in a sandbox, and lets the
//! browser load nothing from elsewhere.

mod api;
mod list;
mod page;
mod reader;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, HeaderValue, header},
    middleware::{Next, from_fn},
    response::Response,
    routing::{get, post},
};
use tokio::net::TcpListener;

use crate::smtp::Office;

/// A fault, or which gates to shut: neither is long.
const BODY: usize = 16 * 1024;
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; \
    script-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; \
    frame-ancestors 'none'";

/// Ends with its task.
pub(crate) async fn serve(listener: TcpListener, office: Arc<Office>) {
    // It never returns: it waits out whatever goes wrong with a connection.
    let _ = axum::serve(listener, router(office)).await;
}

fn router(office: Arc<Office>) -> Router {
    let faults = get(api::faults)
        .post(api::add_fault)
        .delete(api::clear_faults);
    Router::new()
        .route("/", get(page::inbox))
        .route("/mails/{n}", get(page::mail))
        .route("/pushes/{n}", get(page::push))
        .route("/inbox.css", get(page::style))
        .route("/inbox.js", get(page::script))
        .route("/api/mails", get(api::mails).delete(api::clear_mails))
        .route("/api/mails/{n}", get(api::mail))
        .route("/api/pushes", get(api::pushes).delete(api::clear_pushes))
        .route("/api/faults", faults)
        .route("/api/held", get(api::held))
        .route("/api/hold", post(api::hold))
        .route("/api/release", post(api::release))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn(guarded))
        .with_state(office)
}

async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    guard(response.headers_mut());
    response
}

fn guard(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
