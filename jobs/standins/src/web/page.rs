//! The page: mails and pushes on the left, one of them on the right.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse},
};

use super::{
    list::{self, Open},
    reader,
};
use crate::smtp::Office;

type Shared = State<Arc<Office>>;

pub(super) async fn inbox(State(office): Shared) -> Html<String> {
    render(
        &office,
        "Inbox",
        "at-list",
        Open::Nothing,
        &reader::nothing(&office),
    )
}

pub(super) async fn mail(
    State(office): Shared,
    Path(n): Path<u64>,
) -> Result<Html<String>, (StatusCode, Html<String>)> {
    let Some(mail) = office.mailbox.find(n) else {
        let page = render(
            &office,
            "No such mail",
            "at-mail",
            Open::Nothing,
            reader::GONE,
        );
        return Err((StatusCode::NOT_FOUND, page));
    };
    let reader = reader::mail(&mail);
    Ok(render(
        &office,
        &mail.subject,
        "at-mail",
        Open::Mail(n),
        &reader,
    ))
}

pub(super) async fn push(
    State(office): Shared,
    Path(n): Path<u64>,
) -> Result<Html<String>, (StatusCode, Html<String>)> {
    let Some(push) = office.pushes.find(n) else {
        let page = render(
            &office,
            "No such push",
            "at-mail",
            Open::Nothing,
            reader::GONE,
        );
        return Err((StatusCode::NOT_FOUND, page));
    };
    let reader = reader::push(&push);
    Ok(render(
        &office,
        &push.title,
        "at-mail",
        Open::Push(n),
        &reader,
    ))
}

pub(super) async fn style() -> impl IntoResponse {
    let style = include_str!("inbox.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], style)
}

pub(super) async fn script() -> impl IntoResponse {
    let script = include_str!("inbox.js");
    let javascript = "text/javascript; charset=utf-8";
    ([(header::CONTENT_TYPE, javascript)], script)
}

/// For text and for attributes in double quotes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

fn render(office: &Office, title: &str, at: &str, open: Open, reader: &str) -> Html<String> {
    let (title, bar, list) = (escape(title), list::bar(office), list::list(office, open));
    Html(format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · honeyDue inbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/inbox.css">
<script src="/inbox.js" defer></script>
<body class="{at}">
{bar}
<div class="panes">
{list}
<main>
{reader}
</main>
</div>
</body>
</html>
"#
    ))
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_escaped_ends_a_text_or_an_attribute() {
        let escaped = escape(r#"<a href="x" id='y'>&amp;"#);
        assert_eq!(
            escaped,
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;"
        );
    }
}
