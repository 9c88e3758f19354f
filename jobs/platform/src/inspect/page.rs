//! A slice of the jobs in one place, and where to go on: how a backlog of any size is walked.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

use super::view::{JobView, Seen};
use crate::{
    JobId, Queue, QueueError, State,
    entry::{Entry, Member},
    keys::Keys,
    record::is_tombstone,
    scripts, trail,
};

/// More than a screen can show, less than Redis notices.
pub const MOST_IN_PAGE: usize = 500;

/// Where jobs stand: several states may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Ready,
    Due,
    Leases,
    Dead,
    Done,
}

impl Place {
    pub const fn of(state: State) -> Self {
        match state {
            State::Ready => Self::Ready,
            State::Scheduled | State::Retrying => Self::Due,
            State::Running => Self::Leases,
            State::Dead => Self::Dead,
            State::Done | State::Cancelled => Self::Done,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Due => "due",
            Self::Leases => "leases",
            Self::Dead => "dead",
            Self::Done => "done",
        }
    }

    /// What ended last is what one wants to see first; of what waits, what comes next.
    pub const fn is_newest_first(self) -> bool {
        matches!(self, Self::Dead | Self::Done)
    }
}

/// Which slice of a place to read.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub place: Place,
    pub many: usize,
    pub newest_first: bool,
    /// By when they are due, expire or ended; those that are ready know no such time.
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

/// The job up to which a place was read. What comes or goes meanwhile makes nothing be skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub(crate) score: String,
    pub(crate) member: Vec<u8>,
}

/// A slice, and how many jobs were looked at for it: some may have moved on meanwhile.
#[derive(Debug)]
pub struct Page {
    /// Each with the spot to go on from after it.
    pub jobs: Vec<(JobView, Spot)>,
    pub looked: usize,
    /// `None`: that was all.
    pub next: Option<Spot>,
}

type Slice = (Vec<u8>, String, Vec<u8>, Vec<u8>, bool);

impl Queue {
    /// How many partitions a queue is walked in.
    pub fn partitions_of(&self, queue: &str) -> u16 {
        self.policies.of(queue).partitions
    }

    /// A slice of at most [`MOST_IN_PAGE`] jobs, in one atomic look.
    pub async fn page(
        &self,
        queue: &str,
        partition: u16,
        look: &Look,
        after: Option<&Spot>,
    ) -> Result<Page, QueueError> {
        let keys = Keys::new(&self.prefix, queue, partition);
        let mut call = scripts::PAGE.on(&keys.all());
        let time =
            |at: Option<Timestamp>| at.map_or(String::new(), |at| at.as_millisecond().to_string());
        call.arg(self.now.arg())
            .arg(look.place.as_str())
            .arg(look.many.clamp(1, MOST_IN_PAGE))
            .arg(u8::from(look.newest_first))
            .arg(time(look.from))
            .arg(time(look.before))
            .arg(after.map_or("", |spot| &spot.score))
            .arg(after.map_or(&[][..], |spot| &spot.member));
        let answer: Vec<redis::Value> = self.link.run(&call).await?;
        read(queue, look.place, answer)
    }
}

fn read(queue: &str, place: Place, answer: Vec<redis::Value>) -> Result<Page, QueueError> {
    let mut answer = answer.into_iter();
    let mut part = || answer.next().unwrap_or(redis::Value::Nil);
    let (score, member): (String, Vec<u8>) = (parse(part())?, parse(part())?);
    let slices: Vec<Slice> = parse(redis::Value::Array(answer.collect()))?;
    let next = (!score.is_empty()).then_some(Spot { score, member });
    let jobs = slices
        .iter()
        .filter_map(|slice| Some((view(queue, place, slice)?, spot(place, slice))));
    Ok(Page {
        jobs: jobs.collect(),
        looked: slices.len(),
        next,
    })
}

/// Of the line, how many had lined up counts; elsewhere score and member.
fn spot(place: Place, (token, score, ..): &Slice) -> Spot {
    let member = match place {
        Place::Ready => Vec::new(),
        _ => token.clone(),
    };
    let score = score.clone();
    Spot { score, member }
}

fn parse<T: redis::FromRedisValue>(value: redis::Value) -> Result<T, QueueError> {
    Ok(redis::from_redis_value(value).map_err(redis::RedisError::from)?)
}

/// A token without its record is shown by nobody: tests demand that there is none.
fn view(
    queue: &str,
    place: Place,
    (token, score, record, fared, there): &Slice,
) -> Option<JobView> {
    there.then_some(())?;
    let (id, attempt, lost) = match place {
        Place::Dead | Place::Done => {
            let (attempt, lost) = trail::counts(fared);
            (
                JobId::from_bytes(token.as_slice().try_into().ok()?),
                attempt,
                lost,
            )
        }
        Place::Ready | Place::Due => entry(Entry::read(token)?),
        Place::Leases => entry(Member::read(token).ok()?.entry()),
    };
    let seen = Seen {
        id,
        state: state(place, attempt, lost, record, fared),
        attempt,
        lost,
        at_ms: (place != Place::Ready)
            .then(|| score.parse().ok())
            .flatten(),
        record,
        trail: fared,
    };
    Some(seen.view(queue))
}

fn entry(entry: Entry) -> (JobId, u8, u8) {
    (entry.id, entry.attempt, entry.lost)
}

/// Those called off stand among the ready, until their entry is popped, or are kept among the done.
fn state(place: Place, attempt: u8, lost: u8, record: &[u8], fared: &[u8]) -> State {
    match place {
        Place::Ready if is_tombstone(record) => State::Cancelled,
        Place::Ready => State::Ready,
        Place::Due if attempt > 0 || lost > 0 => State::Retrying,
        Place::Due => State::Scheduled,
        Place::Leases => State::Running,
        Place::Dead => State::Dead,
        Place::Done if trail::is_cancelled(fared) => State::Cancelled,
        Place::Done => State::Done,
    }
}

/// `1763719200000~00ff…`: what a listing hands out and takes back.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~", self.score)?;
        self.member
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Spot {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no place to go on from; take one that a listing gave");
        let (score, member) = text.split_once('~').ok_or_else(wrong)?;
        let digits = score
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-.e+".contains(&byte));
        if score.is_empty() || score.len() > 30 || !digits || score.parse::<f64>().is_err() {
            return Err(wrong());
        }
        let hex = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
        let member: Option<Vec<u8>> = member.as_bytes().chunks(2).map(hex).collect();
        let member = member
            .filter(|member| member.len() <= 30)
            .ok_or_else(wrong)?;
        Ok(Self {
            score: score.to_owned(),
            member,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_reads_back_as_itself_and_nothing_else_is_one() {
        let spot = Spot {
            score: "1763719200000".to_owned(),
            member: vec![0, 255, 16],
        };
        assert_eq!(spot.to_string().parse(), Ok(spot));
        for wrong in ["", "~", "7", "x~00", "7~0g", "1e~00", "7~é"] {
            assert!(wrong.parse::<Spot>().is_err(), "{wrong}");
        }
    }
}
