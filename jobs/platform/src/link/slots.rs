//! Which node of a cluster has which slot, as `CLUSTER SLOTS` tells it.

use redis::{FromRedisValue, RedisResult, Value, from_redis_value};

pub(super) type At = (String, u16);

/// A range of slots, and the nodes that have it: the master first.
pub(super) struct Range {
    pub(super) from: u16,
    pub(super) to: u16,
    pub(super) nodes: Vec<At>,
}

/// `asked` is the host that answered: a node that does not know its own address leaves it out.
pub(super) fn read(answer: Value, asked: &str) -> RedisResult<Vec<Range>> {
    let rows: Vec<Vec<Value>> = from_redis_value(answer)?;
    rows.into_iter().map(|row| range(row, asked)).collect()
}

fn range(row: Vec<Value>, asked: &str) -> RedisResult<Range> {
    let mut row = row.into_iter();
    let (from, to) = (next(&mut row)?, next(&mut row)?);
    let nodes = row.map(|node| at(node, asked));
    let nodes = nodes.collect::<RedisResult<_>>()?;
    Ok(Range { from, to, nodes })
}

fn at(node: Value, asked: &str) -> RedisResult<At> {
    let mut node = from_redis_value::<Vec<Value>>(node)?.into_iter();
    let host: Option<String> = next(&mut node)?;
    let known = host.filter(|host| !host.is_empty() && host != "?");
    Ok((known.unwrap_or_else(|| asked.to_owned()), next(&mut node)?))
}

fn next<T: FromRedisValue>(values: &mut impl Iterator<Item = Value>) -> RedisResult<T> {
    Ok(from_redis_value(values.next().unwrap_or(Value::Nil))?)
}
