//! Asynq's keys, 0.24 and newer: ids in a list or zset a state, and a hash a task, whose field `msg`
//! is a protobuf message.

use jiff::Timestamp;
use redis::Pipeline;

use super::{
    foreign::{Foreign, Stands},
    holder::{Holder, Sort, Taken},
    proto::{self, Value},
    source::{Source, trouble},
};
use crate::Trouble;

fn key(queue: &str, rest: &str) -> String {
    format!("asynq:{{{queue}}}:{rest}")
}

pub(super) async fn holders(source: &Source, queue: &str) -> Result<Vec<Holder>, Trouble> {
    let holder = |rest: &str, sort, stands| Holder {
        key: key(queue, rest),
        sort,
        stands,
    };
    let mut holders = vec![
        holder("pending", Sort::List, Stands::Pending),
        holder("scheduled", Sort::Zset, Stands::Scheduled),
        holder("retry", Sort::Zset, Stands::Retry),
        holder("archived", Sort::Zset, Stands::Archived),
    ];
    let groups = source.names(&key(queue, "groups")).await?;
    let group = |name: &String| holder(&format!("g:{name}"), Sort::Zset, Stands::Aggregating);
    holders.extend(groups.iter().map(group));
    holders.push(holder("active", Sort::List, running(source, queue).await?));
    Ok(holders)
}

/// Asynq renews the lease of what runs; when all of a queue's have expired, its workers are gone.
async fn running(source: &Source, queue: &str) -> Result<Stands, Trouble> {
    let (now, _): (i64, i64) = source.ask(&redis::cmd("TIME")).await?;
    let count = redis::cmd("ZCOUNT")
        .arg(key(queue, "lease"))
        .arg(now)
        .arg("+inf")
        .to_owned();
    let held: u64 = source.ask(&count).await?;
    Ok(if held == 0 {
        Stands::Orphaned
    } else {
        Stands::Active
    })
}

pub(super) async fn read(
    source: &Source,
    queue: &str,
    taken: &[Taken],
) -> Result<Vec<Option<Foreign>>, Trouble> {
    let mut pipe = redis::pipe();
    for one in taken {
        pipe.cmd("HGET")
            .arg(key(queue, &format!("t:{}", one.id)))
            .arg("msg");
    }
    let found: Vec<Option<Vec<u8>>> = pipe
        .query_async(&mut source.redis.clone())
        .await
        .map_err(trouble)?;
    let read = taken.iter().zip(found).map(|(one, message)| {
        let message = message?;
        Some(foreign(queue, one, &message))
    });
    Ok(read.collect())
}

/// What can't be read is shown as such: an unknown kind that no mapping names.
fn foreign(queue: &str, taken: &Taken, message: &[u8]) -> Foreign {
    let mut read = Foreign {
        id: taken.id.clone(),
        queue: queue.to_owned(),
        stands: taken.stands,
        kind: "(unreadable)".to_owned(),
        payload: Vec::new(),
        due: taken.at.filter(|_| has_time(taken.stands)).and_then(time),
        deadline: None,
        attempts: 0,
        error: String::new(),
        lock: None,
    };
    for (number, value) in proto::fields(message).unwrap_or_default() {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match (number, value) {
            (1, Value::Bytes(kind)) => read.kind = text(kind),
            (2, Value::Bytes(payload)) => read.payload = payload.to_vec(),
            (6, Value::Number(retried)) => read.attempts = u8::try_from(retried).unwrap_or(u8::MAX),
            (7, Value::Bytes(error)) => read.error = text(error),
            (9, Value::Number(deadline)) => read.deadline = seconds(deadline),
            (10, Value::Bytes(lock)) => read.lock = Some(text(lock)),
            _ => {}
        }
    }
    read
}

fn has_time(stands: Stands) -> bool {
    matches!(stands, Stands::Scheduled | Stands::Retry)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds since 1970 are exact in a double"
)]
fn time(seconds: f64) -> Option<Timestamp> {
    Timestamp::from_second(seconds as i64).ok()
}

/// Asynq writes 0 for never.
fn seconds(seconds: u64) -> Option<Timestamp> {
    let seconds = i64::try_from(seconds).ok().filter(|seconds| *seconds > 0)?;
    Timestamp::from_second(seconds).ok()
}

pub(super) fn remove(pipe: &mut Pipeline, queue: &str, foreign: &Foreign) {
    pipe.cmd("DEL")
        .arg(key(queue, &format!("t:{}", foreign.id)))
        .ignore();
    pipe.cmd("ZREM")
        .arg(key(queue, "lease"))
        .arg(&foreign.id)
        .ignore();
    if let Some(lock) = &foreign.lock {
        pipe.cmd("DEL").arg(lock).ignore();
    }
}
