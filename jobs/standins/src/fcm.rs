//! Google's push service on loopback: it gives tokens to whoever proves to be its one account, takes
//! messages for its one project, and refuses on cue.

mod account;
mod check;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::{Value, json};
use uuid::Uuid;

use self::{account::Account, check::Refusal};
use crate::push::{Line, Provider, Push, Pushes, Script, Server};

pub const PROJECT: &str = "honeydue-demo";

/// The running service, until it is dropped.
pub struct Fcm {
    service: Arc<Service>,
    server: Server,
}

struct Service {
    account: Account,
    pushes: Arc<Pushes>,
    script: Script,
    token_script: Script,
    /// Tokens that are good.
    given: Mutex<BTreeSet<String>>,
    asked: AtomicUsize,
}

impl Fcm {
    /// Puts what it takes to `pushes`.
    pub async fn start(pushes: Arc<Pushes>) -> anyhow::Result<Fcm> {
        let (listener, addr) = Server::bind().await?;
        let service = Arc::new(Service {
            account: Account::new(&format!("https://{addr}/token"))?,
            pushes,
            script: Script::default(),
            token_script: Script::default(),
            given: Mutex::default(),
            asked: AtomicUsize::default(),
        });
        let router = Router::new()
            .route("/token", post(give))
            .route("/v1/projects/{project}/messages:send", post(take))
            .with_state(Arc::clone(&service));
        Ok(Fcm {
            server: Server::start((listener, addr), router)?,
            service,
        })
    }

    /// As `FCM_HOST` has it.
    pub fn host(&self) -> &str {
        &self.server.host
    }

    /// Whom to trust in order to trust it.
    pub fn ca_pem(&self) -> &str {
        &self.server.ca_pem
    }

    /// The service account's file.
    pub fn credentials(&self) -> String {
        self.service.account.file()
    }

    pub fn pushes(&self) -> &Pushes {
        &self.service.pushes
    }

    /// For messages.
    pub fn script(&self) -> &Script {
        &self.service.script
    }

    /// For tokens.
    pub fn token_script(&self) -> &Script {
        &self.service.token_script
    }

    /// How often it was asked for a token.
    pub fn asked_for_tokens(&self) -> usize {
        self.service.asked.load(Ordering::SeqCst)
    }

    /// From now on no token is good that was given until now.
    pub fn take_tokens_back(&self) {
        self.service.given().clear();
    }
}

impl Service {
    fn given(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn give(
    State(service): State<Arc<Service>>,
    Extension(line): Extension<Line>,
    body: String,
) -> Response {
    service.asked.fetch_add(1, Ordering::SeqCst);
    if let Some(effect) = service.token_script.strike("") {
        return line.act(effect).await;
    }
    if !service.account.believes(&body) {
        let error =
            json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." });
        return (StatusCode::BAD_REQUEST, error.to_string()).into_response();
    }
    let token = format!("ya29.{}", Uuid::new_v4().simple());
    service.given().insert(token.clone());
    let granted = json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" });
    (StatusCode::OK, granted.to_string()).into_response()
}

async fn take(
    State(service): State<Arc<Service>>,
    Extension(line): Extension<Line>,
    Path(project): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let known = check::bearer(&headers).is_some_and(|token| service.given().contains(token));
    let message = match check::request(known, &project, &body) {
        Ok(message) => message,
        Err(refusal) => return refusal.answer(),
    };
    let token = message["token"].as_str().unwrap_or_default().to_owned();
    let effect = service.script.strike(&token);
    if effect.as_ref().is_none_or(crate::push::takes) {
        service.pushes.add(push(token, message));
    }
    if let Some(effect) = effect {
        return line.act(effect).await;
    }
    let name = format!("projects/{PROJECT}/messages/0:{}", service.pushes.count());
    (StatusCode::OK, json!({ "name": name }).to_string()).into_response()
}

fn push(token: String, message: Value) -> Push {
    let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let android = &message["android"];
    let options =
        ["priority", "ttl", "collapse_key"].map(|name| (name.to_owned(), said(&android[name])));
    Push {
        n: 0,
        at: crate::clock::now(),
        provider: Provider::Fcm,
        token,
        title: said(&message["notification"]["title"]),
        body: said(&message["notification"]["body"]),
        id: said(&android["notification"]["tag"]),
        options: options.into(),
        payload: message,
    }
}

impl Refusal {
    fn answer(&self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, self.body().to_string()).into_response()
    }
}
