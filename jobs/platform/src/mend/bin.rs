//! The bin: what was deleted, and by which receipt.

use serde_json::Value;
use uuid::Uuid;

use super::MOST_IN_SLICE;
use crate::{JobId, Queue, QueueError, inspect::Spot, keys::Keys, record, scripts};

/// A deleted job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binned {
    pub id: JobId,
    /// The row that wanted it.
    pub origin: String,
    pub payload: Value,
}

/// A slice of the bin, and how many of it were looked at.
#[derive(Debug)]
pub struct BinSlice {
    pub jobs: Vec<Binned>,
    pub looked: usize,
    /// `None`: that was all.
    pub next: Option<Spot>,
}

impl Queue {
    /// Of the deleted jobs, a slice: those that one receipt deleted, or all. What goes meanwhile makes
    /// nothing be skipped.
    pub async fn deleted(
        &self,
        queue: &str,
        partition: u16,
        receipt: Option<Uuid>,
        after: Option<&Spot>,
    ) -> Result<BinSlice, QueueError> {
        let keys = Keys::new(&self.prefix, queue, partition);
        let mut call = scripts::BIN.on(&keys.mending());
        call.arg(self.now.arg())
            .arg(receipt.map_or(String::new(), |receipt| receipt.to_string()))
            .arg(MOST_IN_SLICE)
            .arg(after.map_or("", |spot| &spot.score))
            .arg(after.map_or(&[][..], |spot| &spot.member));
        read(self.link.run(&call).await?)
    }
}

fn read(answer: Vec<redis::Value>) -> Result<BinSlice, QueueError> {
    let mut answer = answer.into_iter();
    let mut part = || answer.next().unwrap_or(redis::Value::Nil);
    let (score, member): (String, Vec<u8>) = (parse(part())?, parse(part())?);
    let looked = parse(part())?;
    let found: Vec<(Vec<u8>, Vec<u8>)> = parse(redis::Value::Array(answer.collect()))?;
    Ok(BinSlice {
        jobs: found.into_iter().filter_map(binned).collect(),
        looked,
        next: (!score.is_empty()).then_some(Spot { score, member }),
    })
}

fn binned((id, stored): (Vec<u8>, Vec<u8>)) -> Option<Binned> {
    let record = record::decode(stored).ok();
    let record = record.as_ref();
    let payload = record.and_then(|record| serde_json::from_slice(record.payload()).ok());
    Some(Binned {
        id: JobId::from_bytes(id.as_slice().try_into().ok()?),
        origin: record.map_or("", |record| record.origin()).to_owned(),
        payload: payload.unwrap_or_default(),
    })
}

fn parse<T: redis::FromRedisValue>(value: redis::Value) -> Result<T, QueueError> {
    Ok(redis::from_redis_value(value).map_err(redis::RedisError::from)?)
}
