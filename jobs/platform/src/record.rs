//! What is stored of a job: a fixed header that Lua can unpack, then its texts and the payload.
//!
//! Written once at enqueue and never on the happy path again. `>BBBBI4I6I6I2I2I2` in the words of
//! Lua's `struct`: version, flags, max attempts, length of kind, backoff base (ms), not after (ms, 0 =
//! never late), created (ms), and the lengths of unique key, origin and metadata; all big-endian.
//! Then unique key, origin, kind, metadata (JSON, or nothing) and the payload. Version 0 is a record
//! whose job was cancelled while its entry waits in a list (`lua/cancel.lua`).

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{NewJob, QueueError, Scope};

const VERSION: u8 = 1;
const HEADER: usize = 26;
/// As `lua/lib/header.lua` knows them.
const STARTED: u8 = 1;
const WINDOW: u8 = 2;
const DEADLINE: u8 = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) kind: String,
    pub(crate) max_attempts: u8,
    pub(crate) backoff: Duration,
    pub(crate) created: Timestamp,
    pub(crate) not_after: Option<Timestamp>,
    pub(crate) unique: Option<String>,
    /// Whether its end gives the unique key back.
    pub(crate) releases: bool,
    pub(crate) origin: String,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) payload: Vec<u8>,
}

/// The bytes of a new job. When it was created is left to the script that accepts it, which asks
/// Redis's clock.
pub(crate) fn encode(job: &NewJob) -> Vec<u8> {
    let unique = job.unique.as_ref().map_or("", |unique| unique.key.as_str());
    let metadata = metadata(&job.metadata);
    let texts = [unique, &job.origin, &job.kind, &metadata];
    let size = texts.iter().map(|text| text.len()).sum::<usize>() + job.payload.len();
    let mut bytes = Vec::with_capacity(HEADER + size);
    bytes.extend([VERSION, flags(job), job.max_attempts, short(job.kind.len())]);
    let backoff = u32::try_from(job.backoff.as_millis()).unwrap_or(u32::MAX);
    bytes.extend(backoff.to_be_bytes());
    let not_after = job.not_after.map_or(0, |at| at.as_millisecond().max(1));
    bytes.extend(&not_after.to_be_bytes()[2..]);
    bytes.extend([0; 6]);
    for text in [unique, &job.origin, &metadata] {
        bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    }
    for text in texts {
        bytes.extend(text.as_bytes());
    }
    bytes.extend(&job.payload);
    bytes
}

fn flags(job: &NewJob) -> u8 {
    let scope = match job.unique.as_ref().map(|unique| unique.scope) {
        Some(Scope::UntilStarted) => STARTED,
        Some(Scope::Window(_)) => WINDOW,
        Some(Scope::UntilDone) | None => 0,
    };
    scope | if job.not_after.is_some() { DEADLINE } else { 0 }
}

fn metadata(map: &BTreeMap<String, String>) -> String {
    if map.is_empty() {
        return String::new();
    }
    serde_json::to_string(map).unwrap_or_default()
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
        (self.number(1)? <= u64::from(VERSION)).then_some(())?;
        let flags = u8::try_from(self.number(1)?).ok()?;
        let max_attempts = u8::try_from(self.number(1)?).ok()?;
        let kind = self.number(1)?;
        let backoff = Duration::from_millis(self.number(4)?);
        let not_after = self.time()?;
        let created = self.time()?;
        let (unique, origin, metadata) = (self.number(2)?, self.number(2)?, self.number(2)?);
        let unique = self.text(unique)?;
        let origin = self.text(origin)?;
        let kind = self.text(kind)?;
        let metadata = self.take(usize::try_from(metadata).ok()?)?;
        Some(Record {
            kind,
            max_attempts,
            backoff,
            created,
            not_after: (flags & DEADLINE != 0).then_some(not_after),
            releases: flags & WINDOW == 0,
            unique: Some(unique).filter(|key| !key.is_empty()),
            origin,
            // What can't be read is not worth a job: it is only sent along.
            metadata: serde_json::from_slice(metadata).unwrap_or_default(),
            payload: self.0.to_vec(),
        })
    }

    fn take(&mut self, len: usize) -> Option<&[u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }

    fn number(&mut self, len: usize) -> Option<u64> {
        let bytes = self.take(len)?;
        Some(
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | u64::from(*byte)),
        )
    }

    fn time(&mut self) -> Option<Timestamp> {
        Timestamp::from_millisecond(i64::try_from(self.number(6)?).ok()?).ok()
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
    use crate::unique::Unique;

    fn job(kind: &str, unique: Option<String>, origin: &str, payload: Vec<u8>) -> NewJob {
        let mut job = NewJob::raw(kind, "mail", payload)
            .origin(origin)
            .max_attempts(7);
        let scope = Scope::UntilStarted;
        job.unique = unique.map(|key| Unique { key, scope });
        job
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            kind in "[a-z-]{1,40}", key in proptest::option::of("\\PC{1,40}"), origin in "\\PC{0,60}",
            note in proptest::option::of("\\PC{0,60}"), late in proptest::option::of(1..1_i64 << 40),
            payload: Vec<u8>,
        ) {
            let created = Timestamp::UNIX_EPOCH;
            let mut job = job(&kind, key.clone(), &origin, payload.clone());
            job.not_after = late.map(|ms| Timestamp::from_millisecond(ms).unwrap());
            job.metadata.extend(note.map(|note| ("note".to_owned(), note)));
            let expected = Record {
                kind, max_attempts: 7, backoff: job.backoff, created, not_after: job.not_after, unique: key,
                releases: true, origin, metadata: job.metadata.clone(), payload,
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
