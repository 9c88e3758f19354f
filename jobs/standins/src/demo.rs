//! A day in two households, played through the public doors.
//!
//! Everything is real: servers, processes, SMTP with STARTTLS, pushes over HTTP/2. Ada has chores, Ben has
//! none; the sweep is asked for their next reminder and digest, so that nobody has to wait for the hour.
//! Cleo lives with Ada, and does one of the chores. Dora sleeps: hers waits for the morning.

mod privacy;
mod report;

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use jiff::{
    SignedDuration,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use serde_json::{Value, json};
use tokio::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};

use crate::{House, clock::now, out};

/// Everything here takes seconds.
const PATIENCE: Duration = Duration::from_secs(90);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How many deliveries wait for the end of Dora's quiet hours.
const WAITING: usize = 3;
/// Of the chore that Ada gives to Cleo, on both of hers.
const PUSHES_TO_CLEO: usize = 2;

/// Plays the day, says what came of it, and stays until Ctrl-C unless told to `exit`.
pub async fn play(exit: bool) -> anyhow::Result<()> {
    let mut house = House::start(1).await?;
    for worker in ["first worker", "second worker"] {
        house.spawn(worker, "honeydue-worker")?;
    }
    let ada = register(&house, "ada", "Ada", [1, 2])?;
    let ben = register(&house, "ben", "Ben", [1, 2])?;
    let cleo = register(&house, "cleo", "Cleo", [12, 13])?;
    let dora = register(&house, "dora", "Dora", [1, 2])?;
    chores(&house, &ada)?;
    sleep(&house, &dora)?;
    together(&house, &ada, &cleo).await?;
    let at = now() + SignedDuration::from_hours(3);
    house.honeydue(&[
        "schedule",
        "run",
        "sweep",
        "--at",
        &at.to_string(),
        "--yes",
        "--by",
        "demo",
    ])?;
    out::aside("Asked the leader for the sweep of the coming three hours.");
    let people = [&ada, &ben, &cleo, &dora];
    let decided = wait_for_decisions(&house, &people).await?;
    report::report(&house, &decided, monday())?;
    no_more_digests(&house, &ada)?;
    report::explain(&house, &[&ada, &ben, &dora])?;
    privacy::check(&house).await?;
    if exit {
        return Ok(());
    }
    out::aside(&format!(
        "\nInbox  http://{}/\nAPI    {}/api/health/\nLook inside with `{} honeydue doctor`.\nCtrl-C ends it all.",
        house.inbox.web_addr(),
        house.api,
        house.places()
    ));
    told_to_end().await.context("waiting for Ctrl-C")
}

async fn told_to_end() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        told = ctrl_c() => told,
        _ = terminate.recv() => Ok(()),
    }
}

struct Person {
    name: &'static str,
    id: i64,
    token: String,
}

fn today(after: SignedDuration) -> Date {
    (now() + after).to_zoned(TimeZone::UTC).date()
}

/// Whether the weekly summary is among what Ada and Ben are due for in the coming hours.
fn monday() -> bool {
    today(SignedDuration::from_hours(1)).weekday() == Weekday::Monday
}

/// Who hears of reminders and digests in that many hours, wherever the day stands: so it is known to which
/// date they belong. Without a zone nobody has quiet hours unless they want them.
fn register(
    house: &House,
    name: &'static str,
    called: &str,
    [reminder, digest]: [i64; 2],
) -> anyhow::Result<Person> {
    let hour = |hours| {
        (now() + SignedDuration::from_hours(hours))
            .to_zoned(TimeZone::UTC)
            .hour()
    };
    let body = json!({
        "email": format!("{name}@example.com"), "password": "correct horse battery", "name": called,
        "reminder_hour": hour(reminder), "digest_hour": hour(digest),
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

/// From now on it is quiet around her.
fn sleep(house: &House, dora: &Person) -> anyhow::Result<()> {
    let clock = |hours| {
        let at = now() + SignedDuration::from_hours(hours);
        at.to_zoned(TimeZone::UTC).strftime("%H:%M").to_string()
    };
    let path = "/api/notification-preferences/";
    let night = json!({ "quiet_hours": { "from": clock(-1), "until": clock(7) } });
    house.patch(path, Some(&dora.token), &night)?;
    out::aside("Dora went to bed.");
    Ok(())
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

/// Cleo moves in, by a code from Ada and with two devices, is given a chore, and does it.
async fn together(house: &House, ada: &Person, cleo: &Person) -> anyhow::Result<()> {
    house.move_in(&cleo.token, &ada.token)?;
    for (person, channel, token) in [
        (ada, "fcm", "YWRhJ3MgcGl4ZWw:APA91bGada"),
        (cleo, "fcm", "Y2xlbydzIHRhYmxldA:APA91bGcleo"),
        (cleo, "apns", "c1e0c1e0c1e0c1e0c1e0c1e0c1e0c1e0"),
    ] {
        let device = json!({ "channel": channel, "token": token });
        house.post("/api/devices/", Some(&person.token), &device)?;
    }
    let chore = json!({ "title": "Water the plants", "assignee_id": cleo.id });
    let chore = house.post("/api/tasks/", Some(&ada.token), &chore)?;
    out::aside("Cleo moved in with Ada by a code from her, and was given a chore.");
    wait_for_pushes(house, PUSHES_TO_CLEO).await?;
    let path = format!("/api/tasks/{}/", chore["id"]);
    house.patch(&path, Some(&cleo.token), &json!({ "done": true }))?;
    out::aside("Cleo did it.");
    Ok(())
}

async fn wait_for_pushes(house: &House, count: usize) -> anyhow::Result<()> {
    let begun = Instant::now();
    while house.inbox.pushes().count() < count {
        let logs = || format!("no {count} pushes came:\n{}", house.logs());
        ensure!(begun.elapsed() < PATIENCE, logs());
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// By the button that her mailbox shows.
fn no_more_digests(house: &House, ada: &Person) -> anyhow::Result<()> {
    let mails = house.inbox.mails();
    let digest = mails
        .iter()
        .find(|mail| mail.subject.starts_with("Your home:"));
    house.unsubscribe(digest.context("Ada's digest")?)?;
    let told = house.get("/api/notification-preferences/", Some(&ada.token))?;
    let kinds = told["kinds"].as_array().context("kinds")?;
    let off = kinds.iter().filter(|kind| kind["wanted"] == false);
    let off: Vec<_> = off.map(|kind| &kind["kind"]).collect();
    ensure!(off == ["daily-digest"], "switched off: {off:?}");
    out::aside(
        "Ada pressed “Unsubscribe” on her digest: no login, and nothing else is switched off.",
    );
    Ok(())
}

/// What the ledger says of each person, once every row is decided.
async fn wait_for_decisions(
    house: &House,
    people: &[&Person],
) -> anyhow::Result<Vec<(&'static str, Value)>> {
    let begun = Instant::now();
    loop {
        let mut rows = Vec::new();
        for person in people {
            let told = house.get("/api/notifications/", Some(&person.token))?;
            let told = told["notifications"].as_array().cloned();
            let told = told.context("a history")?;
            rows.extend(told.into_iter().map(|row| (person.name, row)));
        }
        let count = |holds: fn(&Value) -> bool| rows.iter().filter(|(_, row)| holds(row)).count();
        let decided = count(|row| row["state"] == "sent" || row["state"] == "skipped");
        let waiting = count(|row| row["reason"] == "quiet-hours");
        let (all, to_wait) = (report::decisions(monday()), WAITING + usize::from(monday()));
        if (decided, waiting) == (all, to_wait) && rows.len() == all + to_wait {
            return Ok(rows);
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "only {decided} of {all} deliveries were decided, and {waiting} of {to_wait} wait:\n{}",
            house.logs()
        );
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
