//! A job that somebody wants done, before the queue has accepted it.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{
    Job, JobId, QueueError,
    retry::MOST_ATTEMPTS,
    trace,
    unique::{Scope, Unique},
};

/// A payload is ids, not documents; a megabyte is a mistake worth refusing.
pub const MOST_PAYLOAD: usize = 256 * 1024;
const MOST_NAME: usize = 100;
const MOST_TEXT: usize = 1000;
/// As JSON it must fit the two bytes of its length.
const MOST_METADATA: usize = 8 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    pub(crate) id: Option<JobId>,
    pub(crate) kind: String,
    pub(crate) queue: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) max_attempts: u8,
    pub(crate) backoff: Duration,
    pub(crate) run_at: Option<Timestamp>,
    pub(crate) not_after: Option<Timestamp>,
    pub(crate) unique: Option<Unique>,
    pub(crate) origin: String,
    pub(crate) metadata: BTreeMap<String, String>,
}

impl NewJob {
    /// The job as its kind's policy has it.
    pub fn of<J: Job>(job: &J) -> Result<Self, QueueError> {
        let payload = serde_json::to_vec(job)
            .map_err(|error| QueueError::invalid(format!("{} as JSON: {error}", J::NAME)))?;
        let mut new = Self::raw(J::NAME, J::QUEUE, payload);
        new.max_attempts = J::RETRY.max_attempts;
        new.backoff = J::RETRY.backoff;
        new.unique = job.key().map(|key| Unique {
            key,
            scope: J::UNIQUE,
        });
        Ok(new)
    }

    /// A job by name, for who has no type at hand: a row that remembers its kind, an operator.
    pub fn raw(kind: impl Into<String>, queue: impl Into<String>, payload: Vec<u8>) -> Self {
        Self {
            id: None,
            kind: kind.into(),
            queue: queue.into(),
            payload,
            max_attempts: crate::Retry::DEFAULT.max_attempts,
            backoff: crate::Retry::DEFAULT.backoff,
            run_at: None,
            not_after: None,
            unique: None,
            origin: String::new(),
            metadata: trace::carried(),
        }
    }

    /// Gives it a name of the caller's; enqueued twice, it stands once. Such a job has no unique key.
    #[must_use]
    pub fn id(mut self, id: JobId) -> Self {
        self.id = Some(id);
        self.unique = None;
        self
    }

    /// In another queue than its kind's own: who works there does it all the same.
    #[must_use]
    pub fn in_queue(mut self, queue: impl Into<String>) -> Self {
        self.queue = queue.into();
        self
    }

    /// Not before this instant, to the millisecond, by Redis's clock.
    #[must_use]
    pub fn at(mut self, at: Timestamp) -> Self {
        self.run_at = Some(at);
        self
    }

    /// Not after this instant, by Redis's clock: claimed later, it is cancelled as expired.
    #[must_use]
    pub fn not_after(mut self, deadline: Timestamp) -> Self {
        self.not_after = Some(deadline);
        self
    }

    /// Only while no other job of this queue holds `key`. Such a job has no id of the caller's.
    #[must_use]
    pub fn unique(mut self, key: impl Into<String>, scope: Scope) -> Self {
        let key = key.into();
        self.unique = Some(Unique { key, scope });
        self.id = None;
        self
    }

    /// Travels with the job, beside its payload: ids, never people.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// The row that wanted it.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = origin.into();
        self
    }

    #[must_use]
    pub fn max_attempts(mut self, attempts: u8) -> Self {
        self.max_attempts = attempts;
        self
    }

    #[must_use]
    pub fn backoff(mut self, base: Duration) -> Self {
        self.backoff = base;
        self
    }

    pub fn queue(&self) -> &str {
        &self.queue
    }

    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    pub fn kind(&self) -> &str {
        &self.kind
    }

    pub(crate) fn check(&self) -> Result<(), QueueError> {
        name("kind", &self.kind)?;
        name("queue", &self.queue)?;
        payload_fits(self.payload.len())?;
        at_most("origin", self.origin.len(), MOST_TEXT)?;
        at_most(
            "unique key",
            self.unique.as_ref().map_or(0, |unique| unique.key.len()),
            MOST_TEXT,
        )?;
        let metadata = self
            .metadata
            .iter()
            .map(|(key, value)| key.len() + value.len());
        at_most("metadata", metadata.sum(), MOST_METADATA)?;
        if self
            .unique
            .as_ref()
            .is_some_and(|unique| unique.key.is_empty())
        {
            return Err(QueueError::invalid("a unique key must not be empty"));
        }
        if !(1..=MOST_ATTEMPTS).contains(&self.max_attempts) {
            return Err(QueueError::invalid(format!(
                "max attempts must be 1 to {MOST_ATTEMPTS}, not {}",
                self.max_attempts
            )));
        }
        Ok(())
    }
}

/// Names end up in Redis keys and metric labels, so they are kept plain.
pub(crate) fn name(what: &str, text: &str) -> Result<(), QueueError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if text.is_empty() || text.len() > MOST_NAME || !text.chars().all(plain) {
        return Err(QueueError::invalid(format!(
            "{what} {text:?} must be 1 to {MOST_NAME} of a-z, 0-9, - and _"
        )));
    }
    Ok(())
}

pub(crate) fn payload_fits(len: usize) -> Result<(), QueueError> {
    at_most("payload", len, MOST_PAYLOAD)
}

fn at_most(what: &str, len: usize, most: usize) -> Result<(), QueueError> {
    if len > most {
        return Err(QueueError::invalid(format!(
            "{what} is {len} bytes, more than {most}"
        )));
    }
    Ok(())
}

/// What [`crate::Queue::enqueue`] takes: a job of a known kind, or one made by hand.
pub trait IntoJob {
    fn into_job(self) -> Result<NewJob, QueueError>;
}

impl<J: Job> IntoJob for &J {
    fn into_job(self) -> Result<NewJob, QueueError> {
        NewJob::of(self)
    }
}

impl IntoJob for NewJob {
    fn into_job(self) -> Result<NewJob, QueueError> {
        Ok(self)
    }
}
