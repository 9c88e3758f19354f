//! One job, laid open.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Fault;
use crate::{JobId, Queue, QueueError, State, record, scripts, trail};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobView {
    pub id: JobId,
    pub queue: String,
    pub state: State,
    pub kind: String,
    /// Attempts begun.
    pub attempt: u8,
    pub max_attempts: u8,
    /// Leases lost so far.
    pub lost: u8,
    pub created: Option<Timestamp>,
    /// When it is due, when its lease expires, or when it was given up, as its state has it.
    pub at: Option<Timestamp>,
    /// Claimed after this, it is cancelled as expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Timestamp>,
    pub unique: Option<String>,
    pub origin: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    pub payload: Value,
    /// The last five, oldest first.
    pub errors: Vec<Fault>,
}

/// What the scripts and listings know of a job before its record is read.
pub(super) struct Seen<'a> {
    pub(super) id: JobId,
    pub(super) state: State,
    pub(super) attempt: u8,
    pub(super) lost: u8,
    pub(super) at_ms: Option<f64>,
    pub(super) record: &'a [u8],
    pub(super) trail: &'a [u8],
}

impl Seen<'_> {
    /// A record that cannot be read is shown as far as it can: an operator must see it to mend it.
    pub(super) fn view(&self, queue: &str) -> JobView {
        let record = record::decode(self.record.to_vec()).ok();
        let record = record.as_ref();
        JobView {
            id: self.id,
            queue: queue.to_owned(),
            state: self.state,
            kind: record
                .map_or("(unreadable)", |record| record.kind())
                .to_owned(),
            attempt: self.attempt,
            max_attempts: record.map_or(0, |record| record.max_attempts),
            lost: self.lost,
            created: record.map(|record| record.created),
            at: self.at_ms.and_then(timestamp),
            not_after: record.and_then(|record| record.not_after),
            unique: record.and_then(|record| record.unique()).map(str::to_owned),
            origin: record.map_or("", |record| record.origin()).to_owned(),
            metadata: record.map(record::Record::metadata).unwrap_or_default(),
            payload: payload(record.map_or(self.record, |record| record.payload())),
            errors: trail::read(self.trail),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "ms since 1970 are exact in a double, and saturate"
)]
fn timestamp(ms: f64) -> Option<Timestamp> {
    Timestamp::from_millisecond(ms as i64).ok()
}

fn payload(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(bytes).into_owned()))
}

type Shown = (Vec<u8>, Vec<u8>, String, String, u8, u8);

impl Queue {
    /// One job of a queue, in one atomic look.
    pub async fn show(&self, queue: &str, id: JobId) -> Result<Option<JobView>, QueueError> {
        let keys = self.keys_of(queue, id);
        let mut call = scripts::SHOW.on(&keys.all());
        call.arg(self.now.arg()).arg(id.as_bytes());
        let answer: redis::Value = self.link.run(&call).await?;
        if matches!(&answer, redis::Value::Array(nothing) if nothing.is_empty()) {
            return Ok(None);
        }
        let (record, trail, state, at, attempt, lost): Shown =
            redis::from_redis_value(answer).map_err(redis::RedisError::from)?;
        let seen = Seen {
            id,
            state: state.parse().map_err(QueueError::Corrupt)?,
            attempt,
            lost,
            at_ms: at.parse().ok(),
            record: &record,
            trail: &trail,
        };
        Ok(Some(seen.view(queue)))
    }
}
