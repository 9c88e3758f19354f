//! Failures as groups: what has the same kind, sort and message, but for ids and numbers, is one.

mod normalised;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use kinds::Reason;
use platform::{
    Queue, State,
    inspect::{Fault, JobView},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use self::normalised::normalised;
use crate::{Filter, Matcher, Trouble, filter::user_of, walk::Walk};

/// Groups kept; a failure of yet another sort counts as `others`.
const MOST_GROUPS: usize = 1000;

/// Failures of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    pub fingerprint: String,
    pub kind: String,
    /// What sort of failure: `failed`, `fatal`, `panic`, `lost`, …
    pub code: String,
    /// What the messages have in common.
    pub message: String,
    pub dead: u64,
    /// Those that are tried again by themselves.
    pub retrying: u64,
    /// How many different people's jobs.
    pub people: u64,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// The latest, to look at.
    pub example: platform::JobId,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Groups {
    /// The largest first.
    pub groups: Vec<Group>,
    pub looked: usize,
    /// Whether there is more than was looked at.
    pub more: bool,
    /// Failures of sorts that are not among these groups.
    pub others: u64,
}

impl Groups {
    /// The largest alone; what is left out counts as `others`.
    #[must_use]
    pub fn first(mut self, many: usize) -> Self {
        let left = self.groups.split_off(many.min(self.groups.len()));
        self.others += left
            .iter()
            .map(|group| group.dead + group.retrying)
            .sum::<u64>();
        self
    }
}

/// What fails is given up, tried again, or put off until its provider is back: then it is `scheduled`.
pub const FAILING: [State; 3] = [State::Dead, State::Retrying, State::Scheduled];

/// The failures among up to `scan` of the jobs that pass, shared by all places where such jobs stand, the
/// dead before the rest: a thousand that wait in one queue hide no dead job, nor any other queue.
pub async fn groups(queue: &Queue, filter: &Filter, scan: usize) -> Result<Groups, Trouble> {
    let filter = filter.clone().of_states(&FAILING);
    let (matcher, walk) = (filter.compile()?, Walk::for_reading(queue, &filter)?);
    let (mut gathered, mut looked) = (Gathered::default(), 0);
    let mut open = walk.apart();
    open.sort_by_key(|walk| !walk.is_of_ended());
    while looked < scan && !open.is_empty() {
        let share = (scan - looked).div_ceil(open.len());
        for walk in &mut open {
            let many = share.min(scan - looked);
            looked += gathered.look(walk, many, &matcher).await?;
        }
        open.retain(|walk| walk.cursor().is_some());
    }
    Ok(gathered.ranked(looked, !open.is_empty()))
}

#[derive(Default)]
struct Gathered {
    groups: BTreeMap<String, (Group, BTreeSet<i64>)>,
    others: u64,
}

impl Gathered {
    /// Looks at `many` more on this walk at most, and says at how many.
    async fn look(
        &mut self,
        walk: &mut Walk,
        many: usize,
        matcher: &Matcher,
    ) -> Result<usize, Trouble> {
        if many == 0 {
            return Ok(0);
        }
        let Some(chunk) = walk.next(many).await? else {
            return Ok(0);
        };
        for (job, _) in chunk.jobs.iter().filter(|(job, _)| matcher.matches(job)) {
            self.add(job);
        }
        Ok(chunk.looked)
    }

    fn add(&mut self, job: &JobView) {
        let Some(last) = job.errors.last().filter(|last| !is_wanted(last)) else {
            return;
        };
        let name = fingerprint(&job.kind, last);
        if self.groups.len() >= MOST_GROUPS && !self.groups.contains_key(&name) {
            self.others += 1;
            return;
        }
        let empty = || (group(&name, job, last), BTreeSet::new());
        let (group, people) = self.groups.entry(name.clone()).or_insert_with(empty);
        people.extend(user_of(job));
        group.dead += u64::from(job.state == State::Dead);
        group.retrying += u64::from(job.state != State::Dead);
        group.people = u64::try_from(people.len()).unwrap_or(u64::MAX);
        group.first_seen = group.first_seen.min(last.at);
        if last.at >= group.last_seen {
            (group.last_seen, group.example) = (last.at, job.id);
        }
    }

    fn ranked(self, looked: usize, more: bool) -> Groups {
        let mut groups: Vec<Group> = self.groups.into_values().map(|(group, _)| group).collect();
        groups
            .sort_by_key(|group| std::cmp::Reverse((group.dead + group.retrying, group.last_seen)));
        Groups {
            groups,
            looked,
            more,
            others: self.others,
        }
    }
}

fn group(name: &str, job: &JobView, last: &Fault) -> Group {
    Group {
        fingerprint: name.to_owned(),
        kind: job.kind.clone(),
        code: last.code.clone(),
        message: normalised(&last.text),
        dead: 0,
        retrying: 0,
        people: 0,
        first_seen: last.at,
        last_seen: last.at,
        example: job.id,
    }
}

/// What is put off by a person's wish or our own limit waits as it should. A provider's trouble does not.
fn is_wanted(fault: &Fault) -> bool {
    let waits = [Reason::QuietHours, Reason::SendLimit, Reason::Sending];
    fault.code == "later" && waits.iter().any(|reason| reason.to_string() == fault.text)
}

/// Eight hex digits name a sort of failure: kind, code, and the message without what varies.
pub fn fingerprint(kind: &str, fault: &Fault) -> String {
    let text = [kind, &fault.code, &normalised(&fault.text)].join("\0");
    let hash = Sha256::digest(text.as_bytes());
    let first = hash
        .iter()
        .take(4)
        .fold(0, |number, byte| number << 8 | u32::from(*byte));
    format!("{first:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: &str, text: &str) -> Fault {
        Fault {
            at: Timestamp::UNIX_EPOCH,
            attempt: 1,
            code: code.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn to_wait_for_the_end_of_quiet_hours_is_no_failure_and_to_wait_for_a_provider_is_one() {
        let waits = |reason: Reason| is_wanted(&fault("later", &reason.to_string()));
        assert!(waits(Reason::QuietHours));
        assert!(!waits(Reason::ProviderBusy));
        assert!(!is_wanted(&fault(
            "failed",
            &Reason::QuietHours.to_string()
        )));
    }

    #[test]
    fn one_cause_has_one_fingerprint_and_another_kind_another() {
        let fault = |text| fault("failed", text);
        let (one, other) = (fault("task 17 is gone"), fault("task 9000 is gone"));
        assert_eq!(fingerprint("digest", &one), fingerprint("digest", &other));
        assert_ne!(fingerprint("digest", &one), fingerprint("welcome", &one));
    }
}
