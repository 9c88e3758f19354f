//! One mail or push, in each of its forms.

use super::{
    list::{subject, time},
    page::escape,
};
use crate::{
    push::Push,
    smtp::{Mail, Office},
};

pub(super) const GONE: &str =
    r#"<p class="empty">There is no such message, or no longer. <a href="/">To the inbox</a></p>"#;

/// Nothing a mail brings may run, load or lead out of its frame.
const FRAME: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

pub(super) fn nothing(office: &Office) -> String {
    let text = match office.mailbox.count() + office.pushes.count() {
        0 => "Nothing has arrived yet. This page updates itself.",
        _ => "Choose a message.",
    };
    format!(r#"<p class="empty">{text}</p>"#)
}

pub(super) fn mail(mail: &Mail) -> String {
    let facts = facts(mail);
    let html = mail.html().map(|html| section("HTML", &frame(&html)));
    let text = mail
        .text()
        .map(|text| section("Text", &preformatted(&text)));
    let headers = folded("Headers", &headers(mail));
    let raw = folded("Raw", &preformatted(&String::from_utf8_lossy(&mail.raw)));
    format!(
        "<article><h1>{subject}</h1>{facts}{html}{text}{headers}{raw}</article>",
        subject = subject(mail),
        html = html.unwrap_or_default(),
        text = text.unwrap_or_default(),
    )
}

/// As it shows on a lock screen, and as its provider got it.
pub(super) fn push(push: &Push) -> String {
    let (title, body) = (escape(&push.title), escape(&push.body));
    let option = |(name, value): (&String, &String)| format!("{name}: {value}\n");
    let options: String = push.options.iter().map(option).collect();
    let payload = format!("{:#}", push.payload);
    format!(
        r#"<article><h1>{title}</h1><dl><dt>By<dd>{provider}<dt>Device<dd>{token}<dt>Arrived<dd>{time}<dt>Delivery<dd>{id}</dl><div class="banner"><small>honeyDue</small><b>{title}</b><span>{body}</span></div>{options}{payload}</article>"#,
        provider = push.provider.name(),
        token = escape(&push.token),
        time = time(push.at),
        id = escape(&push.id),
        options = section("Options", &preformatted(&options)),
        payload = section("Payload", &preformatted(&payload)),
    )
}

fn facts(mail: &Mail) -> String {
    format!(
        "<dl><dt>From<dd>{}<dt>To<dd>{}<dt>Arrived<dd>{}<dt>Message-ID<dd>{}</dl>",
        escape(&mail.from),
        escape(&mail.to.join(", ")),
        time(mail.at),
        escape(&mail.message_id),
    )
}

fn frame(html: &str) -> String {
    let policy = format!(r#"<meta http-equiv="Content-Security-Policy" content="{FRAME}">"#);
    let document = escape(&format!("{policy}{html}"));
    format!(r#"<iframe sandbox="" title="The mail as HTML" srcdoc="{document}"></iframe>"#)
}

fn headers(mail: &Mail) -> String {
    let row = |(name, value): (String, String)| format!("{name}: {value}\n");
    preformatted(&mail.headers().into_iter().map(row).collect::<String>())
}

fn preformatted(text: &str) -> String {
    format!("<pre>\n{}</pre>", escape(text))
}

fn section(name: &str, content: &str) -> String {
    format!("<details open><summary>{name}</summary>{content}</details>")
}

fn folded(name: &str, content: &str) -> String {
    format!("<details><summary>{name}</summary>{content}</details>")
}
