//! Settling: what becomes of a job that ran, each answer fenced by the lease it was run under.

use std::time::Duration;

use crate::{
    Failure, Queue, QueueError, claim::Claimed, entry::Member, queue::ms, retry, scripts,
    trail::redact,
};

/// What is to become of one claimed job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Settlement {
    Done,
    /// Wait for another attempt; `wait` of `None` puts it at the head of the line.
    PutBack {
        attempt: u8,
        wait: Option<Duration>,
        error: Option<Error>,
    },
    Bury {
        attempt: u8,
        error: Error,
    },
}

impl Settlement {
    /// The word for it in metrics and logs.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::PutBack {
                error: Some(error), ..
            } if error.code == "later" => "later",
            Self::PutBack { error: Some(_), .. } => "retry",
            Self::PutBack { error: None, .. } => "handed_back",
            Self::Bury { .. } => "dead",
        }
    }
}

/// An error as it is kept: its sort, and its redacted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Error {
    pub(crate) code: &'static str,
    pub(crate) text: String,
}

impl Error {
    pub(crate) fn new(code: &'static str, text: &str) -> Self {
        Self {
            code,
            text: redact(text),
        }
    }
}

/// What follows from how an attempt ended. `code` names the sort of a failure that may be retried.
pub(crate) fn settlement(job: &Claimed, failure: Failure, code: &'static str) -> Settlement {
    let attempt = job.entry().attempt;
    match failure {
        Failure::Retry(error) => again_or_bury(job, Error::new(code, &format!("{error:#}"))),
        Failure::Fatal(error) => Settlement::Bury {
            attempt,
            error: Error::new("fatal", &format!("{error:#}")),
        },
        Failure::Later(wait, why) => Settlement::PutBack {
            attempt: attempt.saturating_sub(1),
            wait: Some(wait.min(retry::LONGEST_WAIT)),
            error: Some(Error::new("later", &why)),
        },
    }
}

/// The claim of a job whose attempts were used up by workers that died with it.
pub(crate) fn used_up(job: &Claimed) -> Settlement {
    let attempt = job.entry().attempt.saturating_sub(1);
    let text =
        format!("used up {attempt} attempts; the last worker died with it or lost its lease");
    Settlement::Bury {
        attempt,
        error: Error::new("exhausted", &text),
    }
}

/// Gives a claimed job back untouched: the attempt does not count, and it goes to the head of the line.
pub(crate) fn hand_back(job: &Claimed) -> Settlement {
    Settlement::PutBack {
        attempt: job.entry().attempt.saturating_sub(1),
        wait: None,
        error: None,
    }
}

fn again_or_bury(job: &Claimed, error: Error) -> Settlement {
    let attempt = job.entry().attempt;
    match &job.record {
        Ok(record) if attempt < record.max_attempts => Settlement::PutBack {
            attempt,
            wait: Some(retry::wait(record.backoff, attempt)),
            error: Some(error),
        },
        _ => Settlement::Bury { attempt, error },
    }
}

/// One job to settle: its lease, its unique key, and what is to become of it.
#[derive(Debug, Clone)]
pub(crate) struct ToSettle {
    pub(crate) member: Member,
    pub(crate) unique: Option<String>,
    pub(crate) settlement: Settlement,
}

impl ToSettle {
    pub(crate) fn of(job: &Claimed, settlement: Settlement) -> Self {
        Self {
            member: job.member,
            unique: job
                .record
                .as_ref()
                .ok()
                .and_then(|record| record.unique.clone()),
            settlement,
        }
    }
}

impl Queue {
    /// Settles a batch and answers, for each, whether its lease was still held. Asking twice is
    /// harmless: the second time no lease is there.
    pub(crate) async fn settle(
        &self,
        queue: &str,
        batch: &[ToSettle],
    ) -> Result<Vec<bool>, QueueError> {
        let mut held = vec![true; batch.len()];
        let by = |wanted: fn(&Settlement) -> bool| -> Vec<usize> {
            let places = batch.iter().enumerate();
            places
                .filter(|(_, job)| wanted(&job.settlement))
                .map(|(place, _)| place)
                .collect()
        };
        let done = by(|s| matches!(s, Settlement::Done));
        let back = by(|s| matches!(s, Settlement::PutBack { .. }));
        let dead = by(|s| matches!(s, Settlement::Bury { .. }));
        let mut missing = Vec::new();
        missing.extend(self.finish(queue, batch, &done).await?);
        missing.extend(self.put_back(queue, batch, &back).await?);
        missing.extend(self.bury(queue, batch, &dead).await?);
        for place in missing {
            if let Some(held) = held.get_mut(place) {
                *held = false;
            }
        }
        Ok(held)
    }

    async fn finish(
        &self,
        queue: &str,
        batch: &[ToSettle],
        done: &[usize],
    ) -> Result<Vec<usize>, QueueError> {
        if done.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self.keys(queue);
        let mut call = scripts::FINISH.prepare_invoke();
        call.key(&keys.leases)
            .key(&keys.jobs)
            .key(&keys.trail)
            .key(&keys.unique)
            .arg(done.len());
        for place in done {
            call.arg(batch[*place].member.as_bytes());
        }
        for job in done.iter().map(|place| &batch[*place]) {
            if let Some(unique) = &job.unique {
                call.arg(job.member.as_bytes()).arg(unique);
            }
        }
        Ok(places(done, &self.link.run::<Vec<_>>(&call).await?))
    }

    async fn put_back(
        &self,
        queue: &str,
        batch: &[ToSettle],
        back: &[usize],
    ) -> Result<Vec<usize>, QueueError> {
        if back.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self.keys(queue);
        let mut call = scripts::PUT_BACK.prepare_invoke();
        call.key(&keys.leases)
            .key(&keys.ready)
            .key(&keys.due)
            .key(&keys.trail)
            .key(&keys.wake);
        call.arg("");
        for job in back.iter().map(|place| &batch[*place]) {
            if let Settlement::PutBack {
                attempt,
                wait,
                error,
            } = &job.settlement
            {
                let wait = wait.map(|wait| ms(wait).to_string()).unwrap_or_default();
                call.arg(job.member.as_bytes()).arg(*attempt).arg(wait);
                call.arg(error.as_ref().map_or("", |error| error.code));
                call.arg(error.as_ref().map_or("", |error| &error.text));
            }
        }
        Ok(places(back, &self.link.run::<Vec<_>>(&call).await?))
    }

    async fn bury(
        &self,
        queue: &str,
        batch: &[ToSettle],
        dead: &[usize],
    ) -> Result<Vec<usize>, QueueError> {
        if dead.is_empty() {
            return Ok(Vec::new());
        }
        let keys = self.keys(queue);
        let mut call = scripts::BURY.prepare_invoke();
        call.key(&keys.leases)
            .key(&keys.dead)
            .key(&keys.trail)
            .key(&keys.unique)
            .arg("");
        for job in dead.iter().map(|place| &batch[*place]) {
            if let Settlement::Bury { attempt, error } = &job.settlement {
                call.arg(job.member.as_bytes()).arg(*attempt);
                call.arg(job.unique.as_deref().unwrap_or_default())
                    .arg(error.code)
                    .arg(&error.text);
            }
        }
        Ok(places(dead, &self.link.run::<Vec<_>>(&call).await?))
    }

    /// Extends leases, and answers the members whose lease is not there any more.
    pub(crate) async fn extend(
        &self,
        queue: &str,
        members: &[Member],
        lease: Duration,
    ) -> Result<Vec<Member>, QueueError> {
        let mut call = scripts::EXTEND.prepare_invoke();
        call.key(self.keys(queue).leases).arg("").arg(ms(lease));
        for member in members {
            call.arg(member.as_bytes());
        }
        let missing: Vec<usize> = self.link.run(&call).await?;
        Ok(missing
            .iter()
            .filter_map(|place| members.get(place.checked_sub(1)?))
            .copied()
            .collect())
    }
}

/// From places in a script's call (from 1) to places in the batch.
fn places(asked: &[usize], missing: &[usize]) -> Vec<usize> {
    missing
        .iter()
        .filter_map(|place| asked.get(place.checked_sub(1)?))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;
    use crate::{NewJob, job::ClaimedAt, record};

    fn claimed(attempt: u8, max_attempts: u8) -> Claimed {
        let job = NewJob::raw("probe", "default", vec![]).max_attempts(max_attempts);
        let mut member = [7; crate::entry::MEMBER];
        (member[16], member[17]) = (attempt, 0);
        Claimed {
            member: Member::read(&member).unwrap(),
            at: ClaimedAt {
                redis: jiff::Timestamp::UNIX_EPOCH,
                here: tokio::time::Instant::now(),
            },
            record: Ok(record::decode(&record::encode(&job)).unwrap()),
        }
    }

    #[test]
    fn a_failure_waits_for_the_next_attempt_until_the_last() {
        let failure = || Failure::Retry(anyhow!("451 try again"));
        let again = settlement(&claimed(1, 2), failure(), "failed");
        assert!(
            matches!(
                again,
                Settlement::PutBack {
                    attempt: 1,
                    wait: Some(_),
                    ..
                }
            ),
            "{again:?}"
        );
        let last = settlement(&claimed(2, 2), failure(), "failed");
        assert!(
            matches!(last, Settlement::Bury { attempt: 2, .. }),
            "{last:?}"
        );
    }

    #[test]
    fn later_and_handing_back_give_the_attempt_back() {
        let later = Failure::Later(Duration::from_secs(1), "no relay".to_owned());
        let later = settlement(&claimed(1, 1), later, "failed");
        assert!(
            matches!(later, Settlement::PutBack { attempt: 0, .. }),
            "{later:?}"
        );
        assert!(matches!(
            hand_back(&claimed(3, 3)),
            Settlement::PutBack {
                attempt: 2,
                wait: None,
                ..
            }
        ));
    }

    #[test]
    fn a_fatal_failure_is_buried_at_once() {
        let fatal = settlement(&claimed(1, 9), Failure::Fatal(anyhow!("no")), "failed");
        assert!(
            matches!(fatal, Settlement::Bury { attempt: 1, .. }),
            "{fatal:?}"
        );
    }
}
