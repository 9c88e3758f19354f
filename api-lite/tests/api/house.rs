//! An API with a database and keys of its own.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use honeydue_api::{Api, router};
use kinds::Links;
use platform::{Pace, Queue};
use serde_json::{Value, json};
use standins::Database;
use store::Store;
use tower::ServiceExt as _;

pub(crate) const BOUNCE_SECRET: &str = "the mail provider's own";

pub(crate) struct House {
    app: Router,
    pub(crate) store: Store,
    pub(crate) queue: Queue,
    database: Database,
}

pub(crate) async fn house_with(redis: &str) -> House {
    let database = standins::database().await;
    store::migrate(&database.url()).await.expect("a schema");
    let store = Store::connect(&database.url()).expect("a store");
    let queue = Queue::connect(redis, &standins::prefix()).expect("a queue");
    let api = Api::new(store.clone(), queue.clone(), Pace::STANDARD, links());
    let app = router(api.hearing_of_bounces(Some(BOUNCE_SECRET)));
    House {
        app,
        store,
        queue,
        database,
    }
}

/// As the API signs them.
pub(crate) fn links() -> Links {
    Links::new("a key of this test alone", "https://honeydue.example.com")
}

pub(crate) async fn house() -> House {
    house_with(&standins::redis().await.url()).await
}

impl House {
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Value,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json");
        if let Some(token) = token {
            let scheme = if token == BOUNCE_SECRET {
                "Bearer"
            } else {
                "Token"
            };
            request = request.header("authorization", format!("{scheme} {token}"));
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            Body::from(body.to_string())
        };
        let answer = self
            .app
            .clone()
            .oneshot(request.body(body).expect("a request"))
            .await
            .expect("an answer");
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    /// What a test has to do or see behind the API's back.
    pub(crate) fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        self.database.ask(sql).expect("Postgres answers")
    }

    /// What a browser is shown.
    pub(crate) async fn page(&self, method: &str, path: &str) -> (StatusCode, String) {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::from("List-Unsubscribe=One-Click"));
        let answer = self.app.clone().oneshot(request.expect("a request"));
        let answer = answer.await.expect("an answer");
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
        (status, String::from_utf8(bytes.to_vec()).expect("text"))
    }

    /// What is answered to somebody logged in, which has to be this status.
    pub(crate) async fn asked(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Value,
        wanted: StatusCode,
    ) -> Value {
        let (status, told) = self.ask(method, path, Some(token), body).await;
        assert_eq!(status, wanted, "{method} {path}: {told}");
        told
    }

    pub(crate) async fn sign_up(&self, name: &str) -> (String, i64) {
        let (status, told) = self
            .ask("POST", "/api/auth/register/", None, person(name))
            .await;
        assert_eq!(status, StatusCode::CREATED, "{told}");
        (
            told["token"].as_str().expect("a token").to_owned(),
            told["user"]["id"].as_i64().expect("an id"),
        )
    }
}

pub(crate) fn person(name: &str) -> Value {
    json!({ "email": format!("{name}@example.com"), "password": "correct horse", "name": name, "timezone": "Europe/Berlin" })
}
