//! What a look at failures has brought together so far, one group a sort.

use std::collections::{BTreeMap, BTreeSet};

use kinds::Reason;
use platform::{
    State,
    inspect::{Fault, JobView},
};

use super::{Group, Groups, fingerprint, normalised};
use crate::{Matcher, Trouble, filter::user_of, walk::Walk};

/// Groups kept; a failure of yet another sort counts as `others`.
const MOST_GROUPS: usize = 1000;

#[derive(Default)]
pub(super) struct Gathered {
    groups: BTreeMap<String, (Group, BTreeSet<i64>)>,
    others: u64,
}

impl Gathered {
    /// Looks at `many` more on this walk at most, and says at how many.
    pub(super) async fn look(
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

    pub(super) fn ranked(self, looked: usize, more: bool) -> Groups {
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

#[cfg(test)]
mod tests {
    use super::{super::tests::fault, *};

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
}
