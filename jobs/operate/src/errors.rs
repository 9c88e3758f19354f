//! Failures as groups: what has the same kind, sort and message, but for ids and numbers, is one.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use platform::{
    Queue, State,
    inspect::{Fault, JobView},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{Filter, Trouble, filter::user_of, walk::Walk};

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
    pub retrying: u64,
    /// How many different people's jobs.
    pub people: u64,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// The latest, to look at.
    pub example: platform::JobId,
}

#[derive(Debug, Serialize)]
pub struct Groups {
    /// The largest first.
    pub groups: Vec<Group>,
    pub looked: usize,
    /// Whether there is more than was looked at.
    pub more: bool,
    /// Of sorts beyond the first thousand.
    pub others: u64,
}

/// The failures among the first `scan` of the dead and retrying jobs that pass.
pub async fn groups(queue: &Queue, filter: &Filter, scan: usize) -> Result<Groups, Trouble> {
    let filter = filter.clone().of_states(&[State::Dead, State::Retrying]);
    let (matcher, mut walk) = (filter.compile()?, Walk::for_reading(queue, &filter)?);
    let (mut gathered, mut looked) = (Gathered::default(), 0);
    while looked < scan {
        let Some(chunk) = walk.next(scan - looked).await? else {
            break;
        };
        looked += chunk.looked;
        for (job, _) in chunk.jobs.iter().filter(|(job, _)| matcher.matches(job)) {
            gathered.add(job);
        }
    }
    Ok(gathered.ranked(looked, walk.cursor().is_some()))
}

#[derive(Default)]
struct Gathered {
    groups: BTreeMap<String, (Group, BTreeSet<i64>)>,
    others: u64,
}

impl Gathered {
    fn add(&mut self, job: &JobView) {
        let Some(last) = job.errors.last() else {
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
        group.retrying += u64::from(job.state == State::Retrying);
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

/// A message without what differs from job to job: what is quoted, and words with a digit in them.
pub fn normalised(text: &str) -> String {
    let plain = unquoted(text);
    let mut before = None;
    let words = plain.split(' ').map(|word| {
        let common = if says_what_happened(word, before) {
            word.to_owned()
        } else {
            masked(word)
        };
        before = Some(word);
        common
    });
    words.collect::<Vec<_>>().join(" ")
}

fn unquoted(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(open) = rest.find(['"', '`', '“']) {
        let (before, quoted) = rest.split_at(open);
        plain.push_str(before);
        plain.push('…');
        let quote = quoted.chars().next().unwrap_or('"');
        let close = if quote == '“' { '”' } else { quote };
        let inside = &quoted[quote.len_utf8()..];
        rest = inside.split_once(close).map_or("", |(_, after)| after);
    }
    plain + rest
}

/// A status of SMTP or HTTP, at the beginning or named as one, and SMTP's enhanced one: any other
/// number says to whom it happened.
fn says_what_happened(word: &str, before: Option<&str>) -> bool {
    let word = word.trim_end_matches([':', ',', ';', '.', ')']);
    let number = |part: &str| {
        !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let named = |before: &str| ["status", "http", "code"].contains(&before.to_lowercase().as_str());
    let enhanced = word.split('.').count() == 3 && word.split('.').all(number);
    enhanced || word.len() == 3 && number(word) && before.is_none_or(named)
}

fn masked(word: &str) -> String {
    let of_word = |c: char| c.is_alphanumeric() || c == '-';
    let (mut common, mut rest) = (String::new(), word);
    while let Some(start) = rest.find(of_word) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|c| !of_word(c)).unwrap_or(from.len()));
        common.push_str(before);
        common.push_str(if run.bytes().any(|byte| byte.is_ascii_digit()) {
            "#"
        } else {
            run
        });
        rest = after;
    }
    common + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_from_job_to_job_is_left_out_and_what_says_what_happened_is_not() {
        for (text, common) in [
            ("550 5.1.1 no such user", "550 5.1.1 no such user"),
            ("task 1234 is gone", "task # is gone"),
            ("mailbox 123 of 7 (user:42)", "mailbox # of # (user:#)"),
            ("HTTP 503, then status 410.", "HTTP 503, then status 410."),
            (
                "delivery 0190a2b3-77aa-4c1d-9e1f-0123456789ab: timed out after 20s",
                "delivery #: timed out after #",
            ),
            ("no template \"welcome-7\" here", "no template … here"),
            ("cut \"off", "cut …"),
            ("", ""),
        ] {
            assert_eq!(normalised(text), common);
        }
    }

    #[test]
    fn one_cause_has_one_fingerprint_and_another_kind_another() {
        let fault = |text: &str| Fault {
            at: Timestamp::UNIX_EPOCH,
            attempt: 1,
            code: "failed".to_owned(),
            text: text.to_owned(),
        };
        let (one, other) = (fault("task 17 is gone"), fault("task 9000 is gone"));
        assert_eq!(fingerprint("digest", &one), fingerprint("digest", &other));
        assert_ne!(fingerprint("digest", &one), fingerprint("welcome", &one));
    }
}
