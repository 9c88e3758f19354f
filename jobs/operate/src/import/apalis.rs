//! The keys of stock apalis-redis 1.0: ids in a list, zset or set a state, payloads in one hash, and a
//! hash of facts a job. It knows no kinds: a queue is one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use redis::Pipeline;

use super::{
    foreign::{Foreign, Stands},
    holder::{Holder, Sort, Taken},
    source::{MOST_NAMES, Source, few_enough, trouble},
};
use crate::Trouble;

/// Its workers beat every half minute; one that was silent for this long is gone.
const SILENCE_S: i64 = 300;

pub(super) async fn holders(source: &Source, queue: &str) -> Result<Vec<Holder>, Trouble> {
    let holder = |rest: &str, sort, stands| Holder {
        key: format!("{queue}:{rest}"),
        sort,
        stands,
    };
    let mut holders = vec![
        holder("active", Sort::List, Stands::Pending),
        holder("scheduled", Sort::Zset, Stands::Scheduled),
        holder("dead", Sort::Set, Stands::Archived),
    ];
    let (now, _): (i64, i64) = source.ask(&redis::cmd("TIME")).await?;
    for (worker, beat) in workers(source, queue).await? {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "seconds since 1970 are exact in a double"
        )]
        let silent = now - (beat as i64) > SILENCE_S;
        let stands = if silent {
            Stands::Orphaned
        } else {
            Stands::Active
        };
        // What it says of itself is prefixed by the key of what it runs.
        let worker = worker
            .strip_prefix(&format!("{queue}:inflight:"))
            .unwrap_or(&worker);
        holders.push(holder(&format!("inflight:{worker}"), Sort::Set, stands));
    }
    Ok(holders)
}

/// Each with its last beat.
async fn workers(source: &Source, queue: &str) -> Result<Vec<(String, f64)>, Trouble> {
    let key = format!("{queue}:workers");
    let range = redis::cmd("ZRANGE")
        .arg(&key)
        .arg(0)
        .arg(MOST_NAMES)
        .arg("WITHSCORES")
        .to_owned();
    let workers: Vec<(String, f64)> = source.ask(&range).await?;
    few_enough(&key, workers.len())?;
    Ok(workers)
}

type Facts = BTreeMap<String, String>;

pub(super) async fn read(
    source: &Source,
    queue: &str,
    taken: &[Taken],
) -> Result<Vec<Option<Foreign>>, Trouble> {
    let mut pipe = redis::pipe();
    for one in taken {
        pipe.cmd("HGET").arg(format!("{queue}:data")).arg(&one.id);
        pipe.cmd("HGETALL").arg(format!("{queue}:meta:{}", one.id));
    }
    let answers: Vec<redis::Value> = pipe
        .query_async(&mut source.redis.clone())
        .await
        .map_err(trouble)?;
    let read = taken.iter().zip(answers.chunks(2)).map(|(one, answer)| {
        let [data, facts] = answer else {
            return Ok(None);
        };
        let data: Option<Vec<u8>> = parse(data)?;
        let facts: Facts = parse(facts)?;
        Ok(data.map(|data| foreign(queue, one, data, &facts)))
    });
    read.collect()
}

fn parse<T: redis::FromRedisValue>(value: &redis::Value) -> Result<T, Trouble> {
    redis::from_redis_value(value.clone()).map_err(|error| trouble(error.into()))
}

fn foreign(queue: &str, taken: &Taken, payload: Vec<u8>, facts: &Facts) -> Foreign {
    let failed = facts.get("status").is_some_and(|status| status == "Failed");
    let stands = match taken.stands {
        Stands::Scheduled if failed => Stands::Retry,
        stands => stands,
    };
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds since 1970 are exact in a double"
    )]
    let due = taken
        .at
        .and_then(|at| Timestamp::from_second(at as i64).ok());
    let attempts = facts
        .get("attempts")
        .and_then(|attempts| attempts.parse().ok());
    Foreign {
        id: taken.id.clone(),
        queue: queue.to_owned(),
        stands,
        kind: queue.to_owned(),
        payload,
        due,
        deadline: None,
        attempts: attempts.unwrap_or_default(),
        error: facts.get("result").cloned().unwrap_or_default(),
        lock: None,
    }
}

pub(super) fn remove(pipe: &mut Pipeline, queue: &str, foreign: &Foreign) {
    pipe.cmd("HDEL")
        .arg(format!("{queue}:data"))
        .arg(&foreign.id)
        .ignore();
    pipe.cmd("DEL")
        .arg(format!("{queue}:meta:{}", foreign.id))
        .ignore();
}
