//! What the page shows of the whole inbox; the script replaces it when it changes.

use crate::smtp::{Mail, Office};

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
        r#"<header id="bar"><a href="/"><strong>honeyDue</strong> inbox</a><span class="count">mails: {count}</span><span class="gap"></span>{gates}{faults}<button data-delete="/api/mails">Delete all</button></header>"#,
        count = office.mailbox.count(),
        gates = gates.unwrap_or_default(),
        faults = faults.unwrap_or_default(),
    )
}

pub(super) fn list(office: &Office, open: Option<u64>) -> String {
    let rows: String = office
        .mailbox
        .newest(SHOWN)
        .iter()
        .map(|mail| row(mail, open == Some(mail.n)))
        .collect();
    format!(r#"<nav id="list" aria-label="Mails"><ol>{rows}</ol></nav>"#)
}

/// What to call a mail.
pub(super) fn subject(mail: &Mail) -> String {
    match mail.subject.trim() {
        "" => "(no subject)".to_owned(),
        subject => escape(subject),
    }
}

/// The script shows it as local time.
pub(super) fn time(mail: &Mail) -> String {
    let (exact, short) = (mail.at, mail.at.strftime("%H:%M:%S"));
    format!(r#"<time datetime="{exact}">{short} UTC</time>"#)
}

fn aside(count: usize, of: &str, action: &str, label: &str) -> String {
    format!(r#"<span class="held">{of}: {count}</span><button {action}>{label}</button>"#)
}

fn row(mail: &Mail, open: bool) -> String {
    let current = if open { r#" aria-current="page""# } else { "" };
    format!(
        r#"<li><a href="/mails/{n}"{current}><b>{subject}</b><span>{to}</span>{time}</a></li>"#,
        n = mail.n,
        to = escape(&mail.to.join(", ")),
        time = time(mail),
        subject = subject(mail),
    )
}
