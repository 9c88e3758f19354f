//! Who got what by the end of the day, and whether it is what they should have got.

use anyhow::bail;
use serde_json::Value;

use super::Person;
use crate::{House, out, push::Provider};

const EXPECTED: [(&str, &str, &str); 10] = [
    ("ada", "welcome", "mail"),
    ("ben", "welcome", "mail"),
    ("cleo", "welcome", "mail"),
    ("dora", "welcome", "mail"),
    ("ada", "task-reminder", "mail"),
    ("ada", "overdue-reminder", "mail"),
    ("ada", "daily-digest", "mail"),
    ("cleo", "task-assigned", "apns"),
    ("cleo", "task-assigned", "fcm"),
    ("ada", "task-completed", "fcm"),
];

/// How many deliveries are decided by the end: Ben's reminders and digest bring him nothing. On a Monday
/// both are due for a summary, too, of which Ada gets one.
pub(super) fn decisions(monday: bool) -> usize {
    EXPECTED.len() + 3 + if monday { 2 } else { 0 }
}

pub(super) fn report(
    house: &House,
    rows: &[(&'static str, Value)],
    monday: bool,
) -> anyhow::Result<()> {
    out::aside("\nWHO   BY    WHAT              WHAT CAME OF IT");
    for (who, row) in rows {
        let (kind, channel) = (text(&row["kind"]), text(&row["channel"]));
        out::aside(&format!(
            "{who:4}  {channel:4}  {kind:16}  {}",
            came_of(house, row)
        ));
    }
    let sent = |(who, kind, channel): (&str, &str, &str)| {
        rows.iter().any(|(name, row)| {
            *name == who
                && row["kind"] == kind
                && row["channel"] == channel
                && row["state"] == "sent"
        })
    };
    let (mails, pushes) = (house.inbox.mails().len(), house.inbox.pushes().count());
    let due = 7 + usize::from(monday);
    if (mails, pushes) != (due, 3) || !EXPECTED.into_iter().all(sent) {
        bail!(
            "expected {due} mails and 3 pushes, but there are {mails} and {pushes}:\n{}",
            house.logs()
        );
    }
    out::aside(&format!(
        "\nExactly the {due} mails and 3 pushes that were due have arrived."
    ));
    Ok(())
}

/// What an operator is told who asks why.
pub(super) fn explain(house: &House, people: &[&Person]) -> anyhow::Result<()> {
    for person in people {
        let id = person.id.to_string();
        out::aside(&format!(
            "\nhoneydue explain --user {id}    # {}",
            person.name
        ));
        out::aside(house.honeydue(&["explain", "--user", &id])?.trim_end());
    }
    Ok(())
}

/// What arrived, in its own words, or why nothing did.
fn came_of(house: &House, row: &Value) -> String {
    let id = text(&row["id"]);
    let mails = house.inbox.mails();
    if let Some(mail) = mails.iter().find(|mail| mail.message_id.starts_with(id)) {
        return format!("“{}”", mail.subject);
    }
    let pushes = house.inbox.pushes().all();
    if let Some(push) = pushes.iter().find(|push| push.id == id) {
        let device = match push.provider {
            Provider::Apns => "an iPhone",
            Provider::Fcm => "an Android device",
        };
        return format!("“{}” on {device}", push.title);
    }
    match text(&row["state"]) {
        "considered" => text(&row["why"]).to_owned(),
        state => format!("{state}: {}", text(&row["why"])),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}
