//! Pushes from an API that wants them to devices that get them, or don't, and a ledger that says why.

use serde_json::{Value, json};
use standins::{House, push::Cue, until, until_or};

use crate::given::{house, worker};

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
        let ((ada, ada_id), (ben, ben_id)) =
            (sign_up(&house, "Adalene"), sign_up(&house, "Benedict"));
        let join = format!(
            "INSERT INTO members SELECT residence_id, {ben_id} FROM members WHERE user_id = {ada_id}"
        );
        house.postgres.ask(&join).expect("Ben moves in");
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

    fn change(&self, task: i64, body: &Value) {
        let path = format!("/api/tasks/{task}/");
        let changed = self.house.patch(&path, Some(&self.ada), body);
        changed.expect("a change");
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

#[tokio::test(flavor = "multi_thread")]
async fn a_task_given_and_done_is_told_once_on_each_device() {
    let mut home = Household::new().await;
    worker(&mut home.house);
    let task = home.give("Clear the gutters");
    let pushes = home.house.inbox.pushes().wait_for(2).await;
    for push in &pushes {
        assert_eq!(
            (push.title.as_str(), push.body.as_str()),
            ("Adalene gave you a task", "Clear the gutters")
        );
        assert_eq!(
            push.payload
                .to_string()
                .matches(&format!("/tasks/{task}"))
                .count(),
            1
        );
    }
    home.change(task, &json!({ "done": true }));
    let pushes = home.house.inbox.pushes().wait_for(4).await;
    let done = pushes
        .iter()
        .filter(|push| push.title == "Done: Clear the gutters");
    assert_eq!(done.count(), 2);
    let rows = home.decided(4).await;
    assert!(rows.iter().all(|row| row.state == "sent"), "{rows:?}");
    assert_eq!(home.copies(), [1; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_moot_or_unwanted_by_the_time_of_sending_is_not_sent_and_says_why() {
    let mut home = Household::new().await;
    let (done, elsewhere, gone, unwanted) = (
        home.give("done"),
        home.give("elsewhere"),
        home.give("gone"),
        home.give("unwanted"),
    );
    let off =
        json!({ "kinds": [{ "kind": "task-completed", "channel": "push", "wanted": false }] });
    let preferences = "/api/notification-preferences/";
    home.house
        .patch(preferences, Some(&home.ben), &off)
        .expect("a preference");
    home.change(unwanted, &json!({ "done": true }));
    home.change(done, &json!({ "done": true }));
    home.change(elsewhere, &json!({ "assignee_id": null }));
    home.house
        .postgres
        .ask(&format!("DELETE FROM tasks WHERE id = {gone}"))
        .expect("it is gone");
    worker(&mut home.house);

    let rows = home.decided(12).await;
    let said = |reason: &str| rows.iter().filter(|row| row.said().2 == reason).count();
    assert_eq!(said("task-done"), 4, "{rows:?}");
    assert_eq!(said("task-given-away"), 2);
    assert_eq!(said("task-gone"), 2);
    assert_eq!(said("switched-off"), 4);
    assert_eq!(home.house.inbox.pushes().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_nothing_is_dialled_and_the_ledger_says_so() {
    let mut home = Household::new().await;
    for name in [
        "APNS_HOST",
        "APNS_AUTH_KEY_PATH",
        "APNS_KEY_ID",
        "FCM_HOST",
        "FCM_CREDENTIALS_PATH",
    ] {
        home.house.set(name, "");
    }
    home.house.set("FEATURE_PUSH_ENABLED", "false");
    worker(&mut home.house);
    home.give("Rent");
    let rows = home.decided(2).await;
    let off = "push-off";
    assert_eq!(
        [rows[0].said(), rows[1].said()],
        [("apns", "skipped", off), ("fcm", "skipped", off)]
    );
    assert_eq!(
        (
            home.house.apns.connections(),
            home.house.fcm.asked_for_tokens()
        ),
        (0, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_gone_is_dropped_and_the_others_are_told() {
    let mut home = Household::new().await;
    worker(&mut home.house);
    let gone = json!({ "reason": "Unregistered", "timestamp": 4_000_000_000_000_i64 });
    home.house
        .apns
        .script()
        .add(Cue::answer(410, &gone).to(IPHONE));
    home.give("Rent");
    let rows = home.decided(2).await;
    assert_eq!(
        [rows[0].said(), rows[1].said()],
        [("apns", "bounced", "device-dropped"), ("fcm", "sent", "")]
    );

    // From now on there is one device; once the app is opened there, two again.
    home.give("Rent");
    assert_eq!(home.decided(3).await[2].channel, "fcm");
    home.house.apns.script().clear();
    home.register("apns", IPHONE);
    home.give("Rent");
    let rows = home.decided(5).await;
    assert_eq!(
        rows.iter()
            .filter(|row| row.channel == "apns" && row.state == "sent")
            .count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_came_back_after_it_was_gone_is_told_in_the_end() {
    let mut home = Household::new().await;
    worker(&mut home.house);
    let long_ago = json!({ "reason": "Unregistered", "timestamp": 1_000_000_000_000_i64 });
    home.house
        .apns
        .script()
        .add(Cue::answer(410, &long_ago).times(1));
    home.give("Rent");
    home.house.inbox.pushes().wait_for(2).await;
    let rows = home.decided(2).await;
    // Put back and sent, and not found lost.
    assert!(
        rows.iter()
            .all(|row| row.state == "sent" && !row.was_unknown),
        "{rows:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_busy_is_asked_again_and_each_device_told_once() {
    let mut home = Household::new().await;
    for script in [home.house.apns.script(), home.house.fcm.script()] {
        let busy = Cue::answer(503, &Value::Null).header("retry-after", "1");
        script.add(busy.times(2));
    }
    worker(&mut home.house);
    home.give("Rent");
    let rows = home.decided(2).await;
    assert!(
        rows.iter()
            .all(|row| row.state == "sent" && !row.was_unknown),
        "{rows:?}"
    );
    assert_eq!(home.copies(), [1, 1]);
}

/// Cut after the request: a second copy with the same id, and never a third.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_gone_is_sent_once_more_and_never_a_third_time() {
    let mut home = Household::new().await;
    home.house.apns.script().add(Cue::cut(true).times(1));
    home.house.fcm.script().add(Cue::cut(true));
    worker(&mut home.house);
    home.give("Rent");
    home.house.inbox.pushes().wait_for(4).await;
    until("the ledger has it", async || {
        home.rows().iter().all(|row| row.was_unknown)
    })
    .await;
    let rows = home.decided(2).await;
    assert_eq!(
        (rows[0].state.as_str(), rows[1].state.as_str()),
        ("sent", "unknown"),
        "{rows:?}"
    );
    assert_eq!(home.copies(), [2, 2]);
}

/// At the worst moment: the request is out, the answer is not back.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_in_the_middle_of_a_push_leaves_one_that_is_found_and_sent_once_more() {
    let mut home = Household::new().await;
    home.house.apns.script().add(Cue::silence().times(1));
    let first = worker(&mut home.house);
    home.give("Rent");
    until("it is sending", async || {
        home.rows()
            .iter()
            .any(|row| row.channel == "apns" && row.state == "sending")
            && home.house.apns.connections() == 1
    })
    .await;
    home.house.process(first).kill9();
    worker(&mut home.house);
    let rows = home.decided(2).await;
    assert_eq!(
        (rows[0].state.as_str(), rows[0].was_unknown),
        ("sent", true),
        "{rows:?}"
    );
    assert_eq!(rows[1].state, "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_redis_nor_any_log_or_metric_holds_a_token_a_name_or_a_title() {
    let mut home = Household::new().await;
    home.house
        .apns
        .script()
        .add(Cue::answer(400, &json!({ "reason": "BadCollapseId" })).times(1));
    home.house.fcm.script().add(Cue::cut(false).times(1));
    let place = worker(&mut home.house);
    home.give("Gutterclearing");
    home.house.inbox.pushes().wait_for(1).await;
    until("one is refused and the other sent", async || {
        let logs = home.house.process(place).logs();
        logs.contains("BadCollapseId") && home.rows().iter().any(|row| row.state == "sent")
    })
    .await;
    let (_, metrics) = home
        .house
        .process(place)
        .probe("/metrics")
        .await
        .expect("metrics");
    assert!(metrics.contains("channel=\"apns\""), "{metrics}");
    let dump = home.house.redis.written().expect("what Redis wrote");
    assert!(
        dump.contains("task-assigned"),
        "that is not what Redis wrote"
    );
    let logs = home.house.process(place).logs();
    for secret in [
        IPHONE,
        PIXEL,
        "Gutterclearing",
        "Adalene",
        "Benedict",
        "@example.com",
    ] {
        let within = |text: &str| text.contains(secret);
        assert!(!within(&metrics), "metrics hold {secret}");
        assert!(!within(&logs), "a log holds {secret}: {logs}");
        assert!(!within(&dump), "Redis holds {secret}");
    }
}
