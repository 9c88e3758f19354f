//! The link at the end of a mail. Whoever opens it is asked, for programs open links that nobody clicked;
//! whoever posts to it, a mailbox's own button for one, has unsubscribed. RFC 8058.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use kinds::{
    links::Unsubscribe,
    mail::{Page, RenderError},
    unsubscribe,
};
use store::Locale;

use crate::{Api, error::ApiError};

/// It says to whom it belongs by its address, so nobody may keep it or be told of it.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    ),
];

type Token = Result<Path<String>, PathRejection>;

/// Changes nothing.
pub(crate) async fn ask(State(api): State<Api>, token: Token) -> Result<Response, ApiError> {
    let Some(from) = proven(&api, token) else {
        return page(StatusCode::NOT_FOUND, Page::Bad, Locale::En);
    };
    let locale = language(&api, &from).await?;
    page(StatusCode::OK, Page::Ask(&from.kind), locale)
}

pub(crate) async fn unsubscribe(
    State(api): State<Api>,
    token: Token,
) -> Result<Response, ApiError> {
    let Some(from) = proven(&api, token) else {
        return page(StatusCode::NOT_FOUND, Page::Bad, Locale::En);
    };
    unsubscribe::unsubscribe(&api.store, &from).await?;
    let locale = language(&api, &from).await?;
    page(StatusCode::OK, Page::Done(&from.kind), locale)
}

/// What a link of ours asks for, if it still is something that can be asked for.
fn proven(api: &Api, token: Token) -> Option<Unsubscribe> {
    let Path(token) = token.ok()?;
    let from = api.links.unsubscribed(&token)?;
    unsubscribe::is_possible(&from).then_some(from)
}

/// English for who is gone.
async fn language(api: &Api, from: &Unsubscribe) -> Result<Locale, ApiError> {
    let user = api.store.user(from.user).await?;
    Ok(user.map(|user| user.locale).unwrap_or_default())
}

fn page(status: StatusCode, page: Page<'_>, locale: Locale) -> Result<Response, ApiError> {
    let html = page.html(locale)?;
    Ok((status, HEADERS, Html(html)).into_response())
}

impl From<RenderError> for ApiError {
    fn from(error: RenderError) -> Self {
        Self::broken(error)
    }
}
