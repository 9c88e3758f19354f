//! Each request that is meant for us is a trace of its own.

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};
use platform::trace::Span;

use crate::routes::HEALTH;

/// Names hold the route as it is written down, so there are no more of them than routes.
pub(crate) async fn traced(request: Request, next: Next) -> Response {
    let Some(route) = route(&request) else {
        return next.run(request).await;
    };
    let method = known(request.method());
    let span = Span::of_request(format!("{method} {route}"));
    span.note("http.request.method", method);
    span.note("http.route", route);
    let response = span.run(next.run(request)).await;
    let status = response.status();
    span.note("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.fail("answered with an error of ours");
    }
    response
}

/// Health is asked all the time, and nobody wants to see it.
fn route(request: &Request) -> Option<String> {
    let route = request.extensions().get::<MatchedPath>()?.as_str();
    (route != HEALTH).then(|| route.to_owned())
}

/// OpenTelemetry's word for a method that callers made up.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "_OTHER",
    }
}
