//! `errors show`: one sort of failure, and whether its numbers are all there are.

use operate::errors::{self, Group, Groups};
use platform::Queue;
use serde::Serialize;

use super::{Scan, of, say_bounds};
use crate::{
    exit::Refusal,
    out::{Out, time},
};

#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    group: &'a Group,
    looked: usize,
    more: bool,
}

pub(super) async fn show(
    queue: &Queue,
    fingerprint: String,
    scan: &Scan,
    out: &Out,
) -> anyhow::Result<()> {
    let filter = of(fingerprint.clone());
    let found = errors::groups(queue, &filter, usize::try_from(scan.scan)?).await?;
    let Some(group) = found.groups.first() else {
        return Err(Refusal::NotFound(none_like(&fingerprint, &found)).into());
    };
    let shown = Shown {
        group,
        looked: found.looked,
        more: found.more,
    };
    out.one(&shown, &lines(group))?;
    say_bounds(&found, out);
    if group.dead > 0 {
        out.aside(&format!(
            "Once its cause is gone: `honeydue errors retry {fingerprint}`. One of them: `honeydue job show {}`.",
            group.example
        ));
    }
    Ok(())
}

fn lines(group: &Group) -> [(&'static str, String); 10] {
    [
        ("error", group.fingerprint.clone()),
        ("kind", group.kind.clone()),
        ("code", group.code.clone()),
        ("message", group.message.clone()),
        ("dead", group.dead.to_string()),
        ("retrying", group.retrying.to_string()),
        ("people", group.people.to_string()),
        ("first seen", time(Some(group.first_seen))),
        ("last seen", time(Some(group.last_seen))),
        ("example", group.example.to_string()),
    ]
}

/// What was not looked at may have failed like it.
fn none_like(fingerprint: &str, found: &Groups) -> String {
    let none = if found.more {
        format!("none of the {} jobs looked at", found.looked)
    } else {
        "no job".to_owned()
    };
    format!("{none} failed like {fingerprint:?}; `honeydue errors ls` shows what did")
}
