//! Settling: what becomes of a job that ran, each answer fenced by the lease it was run under.

mod batch;

use std::time::Duration;

pub(crate) use self::batch::ToSettle;
use crate::{Failure, claim::Claimed, retry, trail::redact};

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
    /// Called off while it ran.
    Cancelled {
        attempt: u8,
        reason: String,
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
            Self::Cancelled { .. } => "cancelled",
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
    match job.record.as_ref() {
        Ok(record) if attempt < record.max_attempts => Settlement::PutBack {
            attempt,
            wait: Some(retry::wait(record.backoff, attempt)),
            error: Some(error),
        },
        _ => Settlement::Bury { attempt, error },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use anyhow::anyhow;

    use super::*;
    use crate::{NewJob, entry::Member, job::ClaimedAt, record};

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
            record: Arc::new(record::decode(record::encode(&job))),
            watch: Arc::default(),
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
