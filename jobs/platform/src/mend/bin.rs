//! The bin: what was deleted, and by which receipt.

use serde_json::Value;
use uuid::Uuid;

use super::MOST_IN_SLICE;
use crate::{JobId, Queue, QueueError, keys::Keys, record, scripts};

/// A deleted job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binned {
    pub id: JobId,
    /// The row that wanted it.
    pub origin: String,
    pub payload: Value,
}

impl Queue {
    /// Of the deleted jobs, a slice: those that one receipt deleted, or all; and how many of the bin
    /// were looked at, which is none at its end.
    pub async fn deleted(
        &self,
        queue: &str,
        partition: u16,
        receipt: Option<Uuid>,
        skip: usize,
    ) -> Result<(Vec<Binned>, usize), QueueError> {
        let keys = Keys::new(&self.prefix, queue, partition);
        let mut call = scripts::BIN.on(&keys.mending());
        call.arg(self.now.arg())
            .arg(receipt.map_or(String::new(), |receipt| receipt.to_string()))
            .arg(skip)
            .arg(MOST_IN_SLICE);
        let answer: Vec<redis::Value> = self.link.run(&call).await?;
        let mut answer = answer.into_iter();
        let looked = parse(answer.next().unwrap_or(redis::Value::Int(0)))?;
        let found: Vec<(Vec<u8>, Vec<u8>)> = parse(redis::Value::Array(answer.collect()))?;
        Ok((found.into_iter().filter_map(binned).collect(), looked))
    }
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
