//! The bin: what was deleted, and by which receipt.

use uuid::Uuid;

use super::MOST_IN_SLICE;
use crate::{JobId, Queue, QueueError, keys::Keys, record, scripts};

impl Queue {
    /// Of the jobs that one receipt deleted, a slice: each with the row that wanted it; and how many of
    /// the bin were looked at, which is none at its end.
    pub async fn deleted(
        &self,
        queue: &str,
        partition: u16,
        receipt: Uuid,
        skip: usize,
    ) -> Result<(Vec<(JobId, String)>, usize), QueueError> {
        let keys = Keys::new(&self.prefix, queue, partition);
        let mut call = scripts::BIN.on(&keys.mending());
        call.arg(self.now.arg())
            .arg(receipt.to_string())
            .arg(skip)
            .arg(MOST_IN_SLICE);
        let answer: Vec<redis::Value> = self.link.run(&call).await?;
        let mut answer = answer.into_iter();
        let looked = parse(answer.next().unwrap_or(redis::Value::Int(0)))?;
        let found: Vec<(Vec<u8>, Vec<u8>)> = parse(redis::Value::Array(answer.collect()))?;
        let origin = |(id, stored): (Vec<u8>, Vec<u8>)| {
            let id = JobId::from_bytes(id.as_slice().try_into().ok()?);
            let record = record::decode(stored).ok();
            Some((
                id,
                record.map_or(String::new(), |record| record.origin().to_owned()),
            ))
        };
        Ok((found.into_iter().filter_map(origin).collect(), looked))
    }
}

fn parse<T: redis::FromRedisValue>(value: redis::Value) -> Result<T, QueueError> {
    Ok(redis::from_redis_value(value).map_err(redis::RedisError::from)?)
}
