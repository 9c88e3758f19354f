//! What the others hear of when a chore changes.

use axum::http::StatusCode;
use serde_json::{Value, json};
use store::{Channel, Delivery, UserId};

use crate::house::{House, house};

impl House {
    /// `by` makes as many tasks, each given to `to`.
    pub(crate) async fn give_tasks(&self, to: i64, by: &str, count: usize) {
        for _ in 0..count {
            let task = json!({ "title": "Rent", "assignee_id": to });
            self.task(by, task).await;
        }
    }

    pub(crate) async fn device(&self, token: &str, device: &str) {
        let body = json!({ "channel": "apns", "token": device });
        self.asked("POST", "/api/devices/", token, body, StatusCode::CREATED)
            .await;
    }

    /// Their pushes, the newest first.
    async fn pushes(&self, user: i64) -> Vec<Delivery> {
        let rows = self
            .store
            .deliveries_of(UserId(user), 100)
            .await
            .expect("rows");
        rows.into_iter()
            .filter(|row| row.channel != Channel::Mail)
            .collect()
    }

    async fn change(&self, token: &str, task: &Value, body: Value) {
        let path = format!("/api/tasks/{}/", task["id"]);
        self.asked("PATCH", &path, token, body, StatusCode::OK)
            .await;
    }

    async fn task(&self, token: &str, body: Value) -> Value {
        self.asked("POST", "/api/tasks/", token, body, StatusCode::CREATED)
            .await
    }
}

#[tokio::test]
async fn who_is_given_a_task_is_told_on_each_device_and_at_once() {
    let house = house().await;
    let ((ada, ada_id), (ben, ben_id)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    house.join(&ben, &ada).await;
    house.device(&ben, "aa11").await;
    house.device(&ben, "bb22").await;
    let task = house
        .task(&ada, json!({ "title": "Rent", "assignee_id": ben_id }))
        .await;
    assert_eq!(task["assignee_id"], ben_id);
    let pushes = house.pushes(ben_id).await;
    assert_eq!(
        (pushes.len(), pushes[0].kind.as_str()),
        (2, "task-assigned")
    );
    assert_eq!(house.queue.depth("push").await.expect("a depth"), 2);
    assert!(house.pushes(ada_id).await.is_empty());

    // Said again, it is no news; given to oneself, neither.
    house
        .change(
            &ada,
            &task,
            json!({ "assignee_id": ben_id, "title": "The rent" }),
        )
        .await;
    house
        .change(&ada, &task, json!({ "assignee_id": ada_id }))
        .await;
    assert_eq!(house.pushes(ben_id).await.len(), 2);
    assert!(house.pushes(ada_id).await.is_empty());
    // Given once more, it is.
    house
        .change(&ada, &task, json!({ "assignee_id": ben_id }))
        .await;
    assert_eq!(house.pushes(ben_id).await.len(), 4);
}

#[tokio::test]
async fn when_a_task_is_done_the_others_are_told_once() {
    let house = house().await;
    let ((ada, ada_id), (ben, ben_id)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    let (cleo, cleo_id) = house.sign_up("cleo").await;
    house.join(&ben, &ada).await;
    house.join(&cleo, &ada).await;
    house.device(&cleo, "cc33").await;
    let task = house.task(&ada, json!({ "title": "Rent" })).await;
    for _ in 0..2 {
        house.change(&ada, &task, json!({ "done": true })).await;
    }
    let cleo = house.pushes(cleo_id).await;
    assert_eq!((cleo.len(), cleo[0].kind.as_str()), (1, "task-completed"));
    assert!(house.pushes(ada_id).await.is_empty());
    let ben = house.pushes(ben_id).await;
    assert_eq!(ben[0].reason.as_deref(), Some("no-device"));
}

#[tokio::test]
async fn a_task_is_given_to_members_only_and_otherwise_not_made() {
    let house = house().await;
    let ((ada, _), (_, ben_id)) = (house.sign_up("ada").await, house.sign_up("ben").await);
    for stranger in [ben_id, 0, i64::MAX] {
        let body = json!({ "title": "Rent", "assignee_id": stranger });
        let told = house
            .asked("POST", "/api/tasks/", &ada, body, StatusCode::BAD_REQUEST)
            .await;
        assert_eq!(told["error"]["field"], "assignee_id", "{told}");
    }
    let told = house
        .asked("GET", "/api/tasks/", &ada, Value::Null, StatusCode::OK)
        .await;
    assert_eq!(told, json!({ "tasks": [] }));
}
