//! A day in two households, played through the public doors only.
//!
//! Everything is real: servers, processes, SMTP with STARTTLS. Ada has chores, Ben has none; the sweep
//! is asked for their next reminder and digest, so that nobody has to wait for the hour.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use crate::{House, out};

/// Everything here takes seconds.
const PATIENCE: Duration = Duration::from_secs(90);
const EXPECTED: [(&str, &str); 4] = [
    ("ada", "welcome"),
    ("ben", "welcome"),
    ("ada", "task-reminder"),
    ("ada", "daily-digest"),
];

/// Plays the day, says what came of it, and stays until Ctrl-C unless told to `exit`.
pub async fn play(exit: bool) -> anyhow::Result<()> {
    let mut house = House::start(1).await?;
    for worker in ["first worker", "second worker"] {
        house.spawn(worker, "honeydue-worker")?;
    }
    let ada = register(&house, "ada", "Ada")?;
    let ben = register(&house, "ben", "Ben")?;
    chores(&house, &ada)?;
    let at = now() + SignedDuration::from_hours(3);
    house.honeydue(&[
        "schedule",
        "run",
        "sweep",
        "--at",
        &at.to_string(),
        "--by",
        "demo",
    ])?;
    out::aside("Asked the leader for the sweep of the coming three hours.");
    let decided = wait_for_decisions(&house, &[&ada, &ben]).await?;
    report(&house, &decided)?;
    if exit {
        return Ok(());
    }
    out::aside(&format!(
        "\nInbox  http://{}/\nAPI    {}/api/health/\nLook inside with `{} honeydue doctor`.\nCtrl-C ends it all.",
        house.inbox.web_addr(),
        house.api,
        house.places()
    ));
    tokio::signal::ctrl_c().await.context("waiting for Ctrl-C")
}

struct Person {
    name: &'static str,
    id: i64,
    token: String,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the demo plays today, whenever that is"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

fn today(after: SignedDuration) -> Date {
    (now() + after).to_zoned(TimeZone::UTC).date()
}

fn register(house: &House, name: &'static str, called: &str) -> anyhow::Result<Person> {
    // In an hour and in two, wherever the day stands: so it is known to which date they belong.
    let hour = |hours| {
        (now() + SignedDuration::from_hours(hours))
            .to_zoned(TimeZone::UTC)
            .hour()
    };
    let body = json!({
        "email": format!("{name}@example.com"), "password": "correct horse battery", "name": called,
        "timezone": "Etc/UTC", "reminder_hour": hour(1), "digest_hour": hour(2),
    });
    let answer = house.post("/api/auth/register/", None, &body)?;
    out::aside(&format!("{called} signed up."));
    Ok(Person {
        name,
        id: answer["user"]["id"]
            .as_i64()
            .context("an id for the new person")?,
        token: answer["token"]
            .as_str()
            .context("a token for the new person")?
            .to_owned(),
    })
}

fn chores(house: &House, ada: &Person) -> anyhow::Result<()> {
    let due = today(SignedDuration::from_hours(1));
    let on = |days: i32| due.saturating_add(jiff::Span::new().days(days)).to_string();
    for chore in [
        json!({ "title": "Change the furnace filter", "due_on": on(0) }),
        json!({ "title": "Clear the gutters", "due_on": on(-3) }),
        json!({ "title": "Test the smoke alarms", "due_on": on(0), "done": true }),
        json!({ "title": "Pay the storage unit", "due_on": on(60) }),
    ] {
        house.post("/api/tasks/", Some(&ada.token), &chore)?;
    }
    out::aside("Ada noted four chores: one due, one overdue, one done, one far off.");
    Ok(())
}

/// What the ledger says of each person, once every row of three each is decided.
async fn wait_for_decisions(
    house: &House,
    people: &[&Person],
) -> anyhow::Result<Vec<(&'static str, Value)>> {
    let begun = Instant::now();
    loop {
        let mut rows = Vec::new();
        for person in people {
            let told =
                house.honeydue(&["explain", "--user", &person.id.to_string(), "-o", "json"])?;
            let told: Vec<Value> = serde_json::from_str(&told).context("what explain says")?;
            rows.extend(told.into_iter().map(|row| (person.name, row)));
        }
        let decided = rows
            .iter()
            .filter(|(_, row)| row["state"] == "sent" || row["state"] == "skipped")
            .count();
        if decided == 3 * people.len() {
            return Ok(rows);
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "only {decided} of 6 deliveries were decided:\n{}",
            house.logs()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn report(house: &House, rows: &[(&'static str, Value)]) -> anyhow::Result<()> {
    let mails = house.inbox.mails();
    out::aside("\nWHO  WHAT           WHAT CAME OF IT");
    for (who, row) in rows {
        let (kind, state) = (text(&row["kind"]), text(&row["state"]));
        let subject = row["id"]
            .as_str()
            .and_then(|id| mails.iter().find(|mail| mail.message_id.starts_with(id)));
        let came = subject.map_or_else(
            || format!("{state}: {}", text(&row["reason"])),
            |mail| format!("“{}”", mail.subject),
        );
        out::aside(&format!("{who}  {kind:13}  {came}"));
    }
    let sent = |(who, kind): (&str, &str)| {
        rows.iter()
            .any(|(name, row)| *name == who && row["kind"] == kind && row["state"] == "sent")
    };
    if mails.len() != EXPECTED.len() || !EXPECTED.into_iter().all(sent) {
        bail!(
            "expected exactly {} mails, but the inbox holds {}:\n{}",
            EXPECTED.len(),
            mails.len(),
            house.logs()
        );
    }
    out::aside("\nExactly the four mails that were due are in the inbox.");
    Ok(())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("–")
}
