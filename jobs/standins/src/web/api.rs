//! The inbox in JSON, for scripts that can't hold an `Inbox`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    push::Push,
    smtp::{BadFault, Fault, Mail, Office},
};

type Shared = State<Arc<Office>>;

#[derive(Serialize)]
pub(super) struct Summary {
    n: u64,
    at: Timestamp,
    from: String,
    to: Vec<String>,
    subject: String,
    message_id: String,
}

#[derive(Serialize)]
pub(super) struct Detail {
    #[serde(flatten)]
    summary: Summary,
    headers: Vec<(String, String)>,
    text: Option<String>,
    html: Option<String>,
    raw: String,
}

#[derive(Serialize)]
pub(super) struct Holding {
    held: usize,
    before_rcpt: bool,
    before_data: bool,
    after_data: bool,
}

/// What isn't said stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gates {
    before_rcpt: Option<bool>,
    before_data: Option<bool>,
    after_data: Option<bool>,
}

pub(super) async fn mails(State(office): Shared) -> Json<Vec<Summary>> {
    let mails = office.mailbox.mails();
    Json(mails.iter().map(|mail| Summary::of(mail)).collect())
}

pub(super) async fn mail(
    State(office): Shared,
    Path(n): Path<u64>,
) -> Result<Json<Detail>, StatusCode> {
    let mail = office.mailbox.find(n).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(Detail {
        summary: Summary::of(&mail),
        headers: mail.headers(),
        text: mail.text(),
        html: mail.html(),
        raw: String::from_utf8_lossy(&mail.raw).into_owned(),
    }))
}

pub(super) async fn clear_mails(State(office): Shared) -> StatusCode {
    office.mailbox.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn pushes(State(office): Shared) -> Json<Vec<Push>> {
    let pushes = office.pushes.all();
    Json(pushes.iter().map(|push| Push::clone(push)).collect())
}

pub(super) async fn clear_pushes(State(office): Shared) -> StatusCode {
    office.pushes.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn faults(State(office): Shared) -> Json<Vec<Fault>> {
    Json(office.faults.list())
}

pub(super) async fn add_fault(
    State(office): Shared,
    Json(fault): Json<Fault>,
) -> Result<StatusCode, (StatusCode, String)> {
    let refuse = |error: BadFault| (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n"));
    office.faults.add(fault).map_err(refuse)?;
    Ok(StatusCode::CREATED)
}

pub(super) async fn clear_faults(State(office): Shared) -> StatusCode {
    office.faults.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn held(State(office): Shared) -> Json<Holding> {
    let [before_rcpt, before_data, after_data] = office.hold.shut();
    Json(Holding {
        held: office.hold.held(),
        before_rcpt,
        before_data,
        after_data,
    })
}

pub(super) async fn hold(State(office): Shared, Json(gates): Json<Gates>) -> StatusCode {
    if let Some(on) = gates.before_rcpt {
        office.hold.before_rcpt(on);
    }
    if let Some(on) = gates.before_data {
        office.hold.before_data(on);
    }
    if let Some(on) = gates.after_data {
        office.hold.after_data(on);
    }
    StatusCode::NO_CONTENT
}

pub(super) async fn release(State(office): Shared) -> StatusCode {
    office.hold.release();
    StatusCode::NO_CONTENT
}

impl Summary {
    fn of(mail: &Mail) -> Summary {
        Summary {
            n: mail.n,
            at: mail.at,
            from: mail.from.clone(),
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            message_id: mail.message_id.clone(),
        }
    }
}
