//! What the page shows of the whole inbox; the script replaces it when it changes.

use jiff::Timestamp;

use crate::{
    push::Push,
    smtp::{Mail, Office},
};

use super::page::escape;

/// The newest, as many as anybody scrolls through.
const SHOWN: usize = 200;

pub(super) fn bar(office: &Office) -> String {
    let (held, faults) = (office.hold.held(), office.faults.list().len());
    let shut = office.hold.shut().contains(&true);
    let gates =
        (shut || held > 0).then(|| aside(held, "held", r#"data-post="/api/release""#, "Release"));
    let faults =
        (faults > 0).then(|| aside(faults, "faults", r#"data-delete="/api/faults""#, "Remove"));
    format!(
        r#"<header id="bar"><a href="/"><strong>honeyDue</strong> inbox</a><span class="count">mails: {mails}</span><span class="count">pushes: {pushes}</span><span class="gap"></span>{gates}{faults}<button data-delete="/api/mails /api/pushes">Delete all</button></header>"#,
        mails = office.mailbox.count(),
        pushes = office.pushes.count(),
        gates = gates.unwrap_or_default(),
        faults = faults.unwrap_or_default(),
    )
}

/// What is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    Nothing,
    Mail(u64),
    Push(u64),
}

/// Mails and pushes, the newest first.
pub(super) fn list(office: &Office, open: Open) -> String {
    let mails = office.mailbox.newest(SHOWN);
    let mails = mails
        .iter()
        .map(|mail| (mail.at, row(mail, open == Open::Mail(mail.n))));
    let pushes = office.pushes.newest(SHOWN);
    let pushes = pushes
        .iter()
        .map(|push| (push.at, push_row(push, open == Open::Push(push.n))));
    let mut rows: Vec<_> = mails.chain(pushes).collect();
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let rows: String = rows.into_iter().take(SHOWN).map(|(_, row)| row).collect();
    format!(r#"<nav id="list" aria-label="Messages"><ol>{rows}</ol></nav>"#)
}

/// What to call a mail.
pub(super) fn subject(mail: &Mail) -> String {
    match mail.subject.trim() {
        "" => "(no subject)".to_owned(),
        subject => escape(subject),
    }
}

/// The script shows it as local time.
pub(super) fn time(at: Timestamp) -> String {
    let (exact, short) = (at, at.strftime("%H:%M:%S"));
    format!(r#"<time datetime="{exact}">{short} UTC</time>"#)
}

fn aside(count: usize, of: &str, action: &str, label: &str) -> String {
    format!(r#"<span class="held">{of}: {count}</span><button {action}>{label}</button>"#)
}

fn row(mail: &Mail, open: bool) -> String {
    let current = current(open);
    format!(
        r#"<li><a href="/mails/{n}"{current}><b>{subject}</b><span>{to}</span>{time}</a></li>"#,
        n = mail.n,
        to = escape(&mail.to.join(", ")),
        time = time(mail.at),
        subject = subject(mail),
    )
}

fn push_row(push: &Push, open: bool) -> String {
    format!(
        r#"<li><a href="/pushes/{n}"{current}><b><i>{provider}</i> {title}</b><span>{body}</span>{time}</a></li>"#,
        n = push.n,
        current = current(open),
        provider = push.provider.name(),
        title = escape(&push.title),
        body = escape(&push.body),
        time = time(push.at),
    )
}

fn current(open: bool) -> &'static str {
    if open { r#" aria-current="page""# } else { "" }
}
