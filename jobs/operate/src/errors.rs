//! Failures as groups: what has the same kind, sort and message, but for ids and numbers, is one.

mod gathered;
mod normalised;

use jiff::Timestamp;
use platform::{Queue, State, inspect::Fault};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use self::{gathered::Gathered, normalised::normalised};
use crate::{Filter, Trouble, walk::Walk};

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

    pub(super) fn fault(code: &str, text: &str) -> Fault {
        Fault {
            at: Timestamp::UNIX_EPOCH,
            attempt: 1,
            code: code.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn what_is_not_among_the_largest_is_counted_among_the_others() {
        let group = |dead: u64| Group {
            fingerprint: format!("{dead:08x}"),
            kind: "probe".to_owned(),
            code: "failed".to_owned(),
            message: String::new(),
            dead,
            retrying: 1,
            people: 0,
            first_seen: Timestamp::UNIX_EPOCH,
            last_seen: Timestamp::UNIX_EPOCH,
            example: platform::JobId::from_bytes([0; 16]),
        };
        let found = Groups {
            groups: vec![group(5), group(3), group(2)],
            others: 7,
            ..Groups::default()
        };
        assert_eq!(found.clone().first(1).others, 7 + 4 + 3);
        assert_eq!(found.first(9).groups.len(), 3);
    }

    #[test]
    fn one_cause_has_one_fingerprint_and_another_kind_another() {
        let fault = |text| fault("failed", text);
        let (one, other) = (fault("task 17 is gone"), fault("task 9000 is gone"));
        assert_eq!(fingerprint("digest", &one), fingerprint("digest", &other));
        assert_ne!(fingerprint("digest", &one), fingerprint("welcome", &one));
    }
}
