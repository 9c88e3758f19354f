//! Pushes from an API that wants them to devices that get them, or don't, and a ledger that says why.

mod refused;
mod secrets;
mod told;

use serde_json::{Value, json};
use standins::{House, until_or};

use crate::given::house;

const IPHONE: &str = "00fc13adff785122b4ad28809a342098";
const PIXEL: &str = "dGhlIHBpeGVs:APA91bHun4MxP5egoKMwt2KZFBaFUH";

/// Ada and Ben, who live together. Ben has an iPhone and a Pixel.
struct Household {
    house: House,
    ada: String,
    ben: String,
    ben_id: i64,
}

/// A push in the ledger.
#[derive(Debug)]
struct Row {
    channel: String,
    state: String,
    reason: String,
    was_unknown: bool,
    decided: bool,
}

impl Household {
    async fn new() -> Household {
        Household::of(house().await)
    }

    fn of(house: House) -> Household {
        let ((ada, _), (ben, ben_id)) = (sign_up(&house, "Adalene"), sign_up(&house, "Benedict"));
        house.move_in(&ben, &ada).expect("Ben moves in");
        let household = Household {
            house,
            ada,
            ben,
            ben_id,
        };
        for (channel, token) in [("apns", IPHONE), ("fcm", PIXEL)] {
            household.register(channel, token);
        }
        household
    }

    fn register(&self, channel: &str, token: &str) {
        let body = json!({ "channel": channel, "token": token });
        let registered = self.house.post("/api/devices/", Some(&self.ben), &body);
        registered.expect("a device");
    }

    /// Ada gives Ben a task.
    fn give(&self, title: &str) -> i64 {
        let body = json!({ "title": title, "assignee_id": self.ben_id });
        let task = self.house.post("/api/tasks/", Some(&self.ada), &body);
        task.expect("a task")["id"].as_i64().expect("an id")
    }

    /// Ada changes a task.
    fn change(&self, task: i64, body: &Value) {
        self.change_as(&self.ada, task, body);
    }

    fn change_as(&self, token: &str, task: i64, body: &Value) {
        let path = format!("/api/tasks/{task}/");
        let changed = self.house.patch(&path, Some(token), body);
        changed.expect("a change");
    }

    /// One more lives with them, without a device: the token of their login.
    fn joins(&self, name: &str) -> String {
        let (token, _) = sign_up(&self.house, name);
        self.house.move_in(&token, &self.ada).expect("they move in");
        token
    }

    fn rows(&self) -> Vec<Row> {
        let asked = "SELECT channel, state, coalesce(reason, ''), unknown_at IS NOT NULL,
            decided_at IS NOT NULL FROM deliveries
            WHERE channel <> 'mail' ORDER BY created_at, channel";
        let rows = self.house.postgres.ask(asked).expect("the ledger");
        rows.into_iter().map(Row::new).collect()
    }

    /// Waits until as many pushes are decided.
    async fn decided(&self, count: usize) -> Vec<Row> {
        let told = || {
            format!(
                "{count} pushes are decided: {:?}\n{}",
                self.rows(),
                self.house.logs()
            )
        };
        until_or(told, async || {
            let rows = self.rows();
            rows.len() == count && rows.iter().all(|row| row.decided)
        })
        .await;
        self.rows()
    }

    /// How many copies each push has, by its id.
    fn copies(&self) -> Vec<usize> {
        let pushes = self.house.inbox.pushes().all();
        let mut ids: Vec<_> = pushes.iter().map(|push| push.id.clone()).collect();
        ids.sort();
        let copies = ids.chunk_by(|one, other| one == other).map(<[_]>::len);
        copies.collect()
    }
}

impl Row {
    fn new(cells: Vec<String>) -> Row {
        let [channel, state, reason, unknown, decided]: [String; 5] =
            cells.try_into().expect("five cells");
        let (was_unknown, decided) = (unknown == "t", decided == "t");
        Row {
            channel,
            state,
            reason,
            was_unknown,
            decided,
        }
    }

    fn said(&self) -> (&str, &str, &str) {
        (&self.channel, &self.state, &self.reason)
    }
}

fn sign_up(house: &House, name: &str) -> (String, i64) {
    let email = format!("{}@example.com", name.to_lowercase());
    let body = json!({ "email": email, "password": "correct horse battery", "name": name });
    let told = house
        .post("/api/auth/register/", None, &body)
        .expect("a sign-up");
    let token = told["token"].as_str().expect("a token").to_owned();
    (token, told["user"]["id"].as_i64().expect("an id"))
}
