//! Claiming: jobs under lease, each with the fence of its claim.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::time::Instant;

use crate::{
    Call, JobId, Queue, QueueError,
    entry::{Entry, MEMBER, Member},
    job::ClaimedAt,
    lane::Lane,
    queue::ms,
    record::{self, Record},
    scripts,
    trace::Span,
    watch::Watch,
};

/// A job that this process holds the lease of.
#[derive(Clone)]
pub struct Claimed {
    pub(crate) member: Member,
    pub(crate) at: ClaimedAt,
    pub(crate) record: Arc<Result<Record, QueueError>>,
    pub(crate) watch: Arc<Watch>,
}

impl Claimed {
    pub fn id(&self) -> JobId {
        self.entry().id
    }

    pub(crate) fn entry(&self) -> Entry {
        self.member.entry()
    }

    /// Its kind, its call and its payload, or why it can't be read.
    pub fn read(&self) -> Result<(&str, Call, &[u8]), String> {
        let record = self.record.as_ref().as_ref().map_err(ToString::to_string)?;
        let call = Call {
            id: self.id(),
            attempt: self.entry().attempt,
            max_attempts: record.max_attempts,
            origin: record.origin().to_owned(),
            metadata: record.metadata(),
            claimed: self.at,
        };
        Ok((record.kind(), call, record.payload()))
    }

    /// This attempt as a step of its enqueuer's trace, or of one that begins here.
    pub(crate) fn span(&self, queue: &'static str) -> Span {
        let Ok(record) = self.record.as_ref() else {
            return Span::of_attempt("unreadable", &BTreeMap::new());
        };
        let span = Span::of_attempt(record.kind().to_owned(), &record.metadata());
        if span.is_recorded() {
            span.note("messaging.system", "honeydue");
            span.note("messaging.operation.type", "process");
            span.note("messaging.destination.name", queue);
            span.note("messaging.message.id", self.id().to_string());
            span.note("honeydue.attempt", i64::from(self.entry().attempt));
            span.note("honeydue.origin", record.origin().to_owned());
        }
        span
    }

    /// Whether its attempts were used up before this claim: then it may only be buried.
    pub(crate) fn exhausted(&self) -> bool {
        let record = self.record.as_ref().as_ref();
        record.is_ok_and(|record| self.entry().attempt > record.max_attempts)
    }
}

/// What a claim brought.
pub(crate) struct Claims {
    pub(crate) jobs: Vec<Claimed>,
    /// Until something is due or a lease expires; `None`: nothing waits.
    pub(crate) next: Option<Duration>,
}

impl Queue {
    /// Leases up to `many` jobs for `lease`; takes back and promotes on the way.
    pub(crate) async fn claim(
        &self,
        lane: &Lane,
        many: usize,
        lease: Duration,
        fence: [u8; MEMBER - crate::entry::ENTRY],
    ) -> Result<Claims, QueueError> {
        let policy = &lane.policy;
        let mut call = scripts::CLAIM.on(&lane.keys.all());
        call.arg(lane.now.arg())
            .arg(many)
            .arg(ms(lease))
            .arg(&fence[..]);
        let rate = policy.rate;
        call.arg(policy.max_running.unwrap_or(0))
            .arg(rate.map_or(0, |rate| rate.count))
            .arg(rate.map_or(0, |rate| ms(rate.per)))
            .arg(rate.map_or(0, |rate| rate.burst));
        for keep in [policy.keep_dead, policy.keep_done] {
            call.arg(ms(keep.time)).arg(keep.count);
        }
        let here = Instant::now();
        let answer: Vec<redis::Value> = self.link.run(&call).await?;
        claims(answer, here)
    }
}

fn claims(answer: Vec<redis::Value>, here: Instant) -> Result<Claims, QueueError> {
    let corrupt = || QueueError::Corrupt("an answer of the claim script".to_owned());
    let mut answer = answer.into_iter();
    let mut number = || {
        answer
            .next()
            .and_then(|value| redis::from_redis_value::<i64>(value).ok())
    };
    let now = number()
        .and_then(|now| Timestamp::from_millisecond(now).ok())
        .ok_or_else(corrupt)?;
    let next = number().ok_or_else(corrupt)?;
    let at = ClaimedAt { redis: now, here };
    let mut jobs = Vec::new();
    while let (Some(member), Some(bytes)) = (answer.next(), answer.next()) {
        let member: Vec<u8> = redis::from_redis_value(member).map_err(redis::RedisError::from)?;
        let bytes: Vec<u8> = redis::from_redis_value(bytes).map_err(redis::RedisError::from)?;
        jobs.push(Claimed {
            member: Member::read(&member)?,
            at,
            record: Arc::new(record::decode(bytes)),
            watch: Arc::default(),
        });
    }
    Ok(Claims {
        jobs,
        next: u64::try_from(next).ok().map(Duration::from_millis),
    })
}
