//! What is stored of a job: a fixed header that Lua can unpack, then its texts and the payload.
//!
//! Written once at enqueue and never on the happy path again. `>BBBBI4I6I6I2I2I2` in the words of
//! Lua's `struct`: version, flags, max attempts, length of kind, backoff base (ms), not after (ms, 0 =
//! never late), created (ms), and the lengths of unique key, origin and metadata; all big-endian.

use std::time::Duration;

use jiff::Timestamp;

use crate::{NewJob, QueueError};

const VERSION: u8 = 1;
const HEADER: usize = 26;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) kind: String,
    pub(crate) max_attempts: u8,
    pub(crate) backoff: Duration,
    pub(crate) created: Timestamp,
    pub(crate) unique: Option<String>,
    pub(crate) origin: String,
    pub(crate) payload: Vec<u8>,
}

/// The bytes of a new job. When it was created is left to the script that accepts it, which asks
/// Redis's clock.
pub(crate) fn encode(job: &NewJob) -> Vec<u8> {
    let unique = job.unique.as_deref().unwrap_or_default();
    let texts = [unique, &job.origin, &job.kind];
    let size = texts.iter().map(|text| text.len()).sum::<usize>() + job.payload.len();
    let mut bytes = Vec::with_capacity(HEADER + size);
    bytes.extend([VERSION, 0, job.max_attempts, short(job.kind.len())]);
    bytes.extend(
        u32::try_from(job.backoff.as_millis())
            .unwrap_or(u32::MAX)
            .to_be_bytes(),
    );
    bytes.extend([0; 12]);
    for text in [unique, &job.origin, ""] {
        bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    }
    for text in texts {
        bytes.extend(text.as_bytes());
    }
    bytes.extend(&job.payload);
    bytes
}

/// Lengths are checked at enqueue ([`NewJob::check`]), so nothing is ever cut here.
fn short(len: usize) -> u8 {
    u8::try_from(len).unwrap_or(u8::MAX)
}

/// Reads what Redis gave back; whatever that is, it answers, and never panics.
pub(crate) fn decode(bytes: &[u8]) -> Result<Record, QueueError> {
    Reader(bytes).record().ok_or_else(|| {
        QueueError::Corrupt(format!(
            "a job's record of {} bytes is not one we wrote",
            bytes.len()
        ))
    })
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn record(&mut self) -> Option<Record> {
        (self.number(1)? == u64::from(VERSION)).then_some(())?;
        let _flags = self.number(1)?;
        let max_attempts = u8::try_from(self.number(1)?).ok()?;
        let kind = self.number(1)?;
        let backoff = Duration::from_millis(self.number(4)?);
        let _not_after = self.number(6)?;
        let created = Timestamp::from_millisecond(i64::try_from(self.number(6)?).ok()?).ok()?;
        let (unique, origin, metadata) = (self.number(2)?, self.number(2)?, self.number(2)?);
        let unique = self.text(unique)?;
        let origin = self.text(origin)?;
        let kind = self.text(kind)?;
        self.take(usize::try_from(metadata).ok()?)?;
        Some(Record {
            kind,
            max_attempts,
            backoff,
            created,
            unique: Some(unique).filter(|key| !key.is_empty()),
            origin,
            payload: self.0.to_vec(),
        })
    }

    fn take(&mut self, len: usize) -> Option<&[u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }

    fn number(&mut self, len: usize) -> Option<u64> {
        Some(
            self.take(len)?
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        )
    }

    fn text(&mut self, len: u64) -> Option<String> {
        let bytes = self.take(usize::try_from(len).ok()?)?;
        String::from_utf8(bytes.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn job(kind: &str, unique: Option<String>, origin: &str, payload: Vec<u8>) -> NewJob {
        let mut job = NewJob::raw(kind, "mail", payload)
            .origin(origin)
            .max_attempts(7);
        job.unique = unique;
        job
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            kind in "[a-z-]{1,40}", key in proptest::option::of("\\PC{1,40}"), origin in "\\PC{0,60}",
            payload: Vec<u8>,
        ) {
            let created = Timestamp::UNIX_EPOCH;
            let job = job(&kind, key.clone(), &origin, payload.clone());
            let expected = Record {
                kind, max_attempts: 7, backoff: job.backoff, created, unique: key, origin, payload,
            };
            prop_assert_eq!(decode(&encode(&job)).unwrap(), expected);
        }

        #[test]
        fn arbitrary_bytes_are_an_answer_and_not_a_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }

        #[test]
        fn a_record_cut_anywhere_in_its_header_or_texts_is_corrupt(cut in 0_usize..60) {
            let whole = encode(&job("greeting", Some("k".repeat(20)), "o", vec![]));
            prop_assume!(cut < whole.len());
            prop_assert!(decode(&whole[..cut]).is_err());
        }
    }
}
