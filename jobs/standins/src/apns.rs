//! Apple's push service on loopback: it checks what Apple checks, keeps what it takes, and refuses on
//! cue.

mod check;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use rcgen::KeyPair;
use serde_json::{Value, json};

use self::check::Refusal;
use crate::push::{Line, Provider, Push, Pushes, Script, Server};

pub const KEY_ID: &str = "ABC123DEFG";
pub const TEAM_ID: &str = "DEF123GHIJ";
pub const TOPIC: &str = "com.example.honeydue";

/// The running service, until it is dropped.
pub struct Apns {
    service: Arc<Service>,
    server: Server,
    auth_key: String,
}

struct Service {
    /// The account's public key.
    key: Vec<u8>,
    pushes: Arc<Pushes>,
    script: Script,
    shown: Mutex<BTreeSet<String>>,
}

impl Apns {
    /// Puts what it takes to `pushes`.
    pub async fn start(pushes: Arc<Pushes>) -> anyhow::Result<Apns> {
        let key = KeyPair::generate()?;
        let service = Arc::new(Service {
            key: key.public_key_raw().to_vec(),
            pushes,
            script: Script::default(),
            shown: Mutex::default(),
        });
        let router = Router::new()
            .route("/3/device/{token}", post(take))
            .fallback(async || Refusal(404, "BadPath").answer())
            .method_not_allowed_fallback(async || Refusal(405, "MethodNotAllowed").answer())
            .with_state(Arc::clone(&service));
        Ok(Apns {
            server: Server::start(Server::bind().await?, router)?,
            service,
            auth_key: key.serialize_pem(),
        })
    }

    /// As `APNS_HOST` has it.
    pub fn host(&self) -> &str {
        &self.server.host
    }

    /// Whom to trust in order to trust it.
    pub fn ca_pem(&self) -> &str {
        &self.server.ca_pem
    }

    /// The `.p8` file's content.
    pub fn auth_key(&self) -> &str {
        &self.auth_key
    }

    pub fn pushes(&self) -> &Pushes {
        &self.service.pushes
    }

    pub fn script(&self) -> &Script {
        &self.service.script
    }

    /// How many connections were ever made to it.
    pub fn connections(&self) -> usize {
        self.server.connections()
    }

    /// How many different tokens of the account were shown to it.
    pub fn tokens(&self) -> usize {
        let shown = self.service.shown.lock();
        shown.unwrap_or_else(PoisonError::into_inner).len()
    }
}

async fn take(
    State(service): State<Arc<Service>>,
    Extension(line): Extension<Line>,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(bearer) = check::bearer(&headers) {
        let mut shown = service.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert(bearer.to_owned());
    }
    let payload = match check::request(&service.key, &token, &headers, &body) {
        Ok(payload) => payload,
        Err(refusal) => return refusal.answer(),
    };
    let effect = service.script.strike(&token);
    if effect.as_ref().is_none_or(crate::push::takes) {
        service.pushes.add(push(token, &headers, payload));
    }
    match effect {
        Some(effect) => line.act(effect).await,
        None => taken(&headers),
    }
}

fn taken(headers: &HeaderMap) -> Response {
    let nothing = HeaderValue::from_static("");
    let id = headers.get("apns-id").cloned().unwrap_or(nothing);
    (StatusCode::OK, [("apns-id", id)]).into_response()
}

fn push(token: String, headers: &HeaderMap, payload: Value) -> Push {
    let options = headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("apns-"));
    let options = options
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let said = |field: &str| {
        payload["aps"]["alert"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    Push {
        n: 0,
        at: crate::clock::now(),
        provider: Provider::Apns,
        token,
        title: said("title"),
        body: said("body"),
        id: check::header(headers, "apns-id")
            .unwrap_or_default()
            .to_owned(),
        options: options.collect(),
        payload,
    }
}

impl Refusal {
    fn answer(&self) -> Response {
        let status = StatusCode::from_u16(self.0).unwrap_or(StatusCode::BAD_REQUEST);
        (status, json!({ "reason": self.1 }).to_string()).into_response()
    }
}
