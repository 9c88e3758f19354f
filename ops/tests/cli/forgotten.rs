//! A person who was forgotten: in Postgres, in all that Redis ever wrote, and in what the processes said,
//! nothing is left of them; and nobody else has lost anything.

use serde_json::{Value, json};
use standins::House;

/// What nobody else has, wherever it may have got to.
const OF_ADA: [&str; 5] = [
    "ada.lovelace",
    "Ada Byron",
    "Oil the astrolabe",
    "APA91bGastrolabe",
    "Etc/GMT-11",
];
const OF_BEN: &str = "Wind the clock";

struct Person {
    id: i64,
    token: String,
}

fn register(house: &House, email: &str, name: &str, timezone: &str) -> Person {
    let body = json!({
        "email": email, "password": "correct horse battery", "name": name, "timezone": timezone,
    });
    let answer = house.post("/api/auth/register/", None, &body);
    let answer = answer.expect("a new account");
    Person {
        id: answer["user"]["id"].as_i64().expect("an id"),
        token: answer["token"].as_str().expect("a token").to_owned(),
    }
}

fn notes(house: &House, person: &Person, title: &str, device: &str) {
    let chore = json!({ "title": title, "due_on": "2126-01-01" });
    let token = Some(person.token.as_str());
    house.post("/api/tasks/", token, &chore).expect("a task");
    let device = json!({ "channel": "fcm", "token": device });
    house
        .post("/api/devices/", token, &device)
        .expect("a device");
}

/// Each row of each table, as text.
fn rows(house: &House) -> String {
    let all =
        "SELECT query_to_xml(format('SELECT * FROM %I.%I', schemaname, tablename), true, false, '')
        FROM pg_tables WHERE schemaname = 'public'";
    let rows = house.postgres.ask(all).expect("Postgres answers");
    rows.concat().join("\n")
}

fn is_of_ada(text: &str) -> Vec<&'static str> {
    let held = OF_ADA.into_iter().filter(|one| text.contains(one));
    held.collect()
}

/// What there is of a person, as an operator counts it.
fn held(house: &House, person: &Person) -> Value {
    let id = person.id.to_string();
    let told = house.honeydue(&["user", "purge", &id, "--dry-run", "-o", "json"]);
    serde_json::from_str(&told.expect("there is something")).expect("counts as JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_forgotten_person_neither_servers_nor_logs_hold_anything() {
    let mut house = House::start(1).await.expect("a house");
    house.spawn("worker", "honeydue-worker").expect("a worker");
    let ada = register(
        &house,
        "ada.lovelace@example.com",
        "Ada Byron",
        "Etc/GMT-11",
    );
    let ben = register(&house, "ben@example.com", "Ben", "Etc/UTC");
    notes(&house, &ada, "Oil the astrolabe", "YWRh:APA91bGastrolabe");
    notes(&house, &ben, OF_BEN, "YmVu:APA91bGben");
    house.inbox.wait_for(2).await;
    let welcomed = "SELECT 1 FROM deliveries WHERE state = 'sent'";
    standins::until("both are welcomed, as the ledger knows", async || {
        house
            .postgres
            .ask(welcomed)
            .is_ok_and(|rows| rows.len() == 2)
    })
    .await;
    assert_eq!(is_of_ada(&rows(&house)), OF_ADA);
    let before = held(&house, &ben);

    let id = ada.id.to_string();
    let purged = house.honeydue(&["user", "purge", &id, "--yes", "-o", "json"]);
    let purged: Value = serde_json::from_str(&purged.expect("it goes well")).expect("JSON");
    assert_eq!(purged["before"]["accounts"], 1);
    assert_eq!(purged["left"]["deliveries"], 0);

    let left = rows(&house);
    assert_eq!(is_of_ada(&left), [""; 0]);
    assert!(left.contains(OF_BEN) && !left.contains(&ada.token));
    assert_eq!(held(&house, &ben), before);
    let written = house.redis.written().expect("what Redis wrote down");
    assert!(written.contains("honeydue:") && is_of_ada(&written).is_empty());
    for place in 0..3 {
        let logs = house.process(place).logs();
        assert!(!logs.is_empty(), "process {place} says nothing");
        assert_eq!(is_of_ada(&logs), [""; 0], "{logs}");
        assert!(!logs.contains(&ada.token), "{logs}");
    }
}
