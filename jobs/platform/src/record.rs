//! What is stored of a job: a header that Lua can unpack, then its texts and the payload.
//!
//! Written once at enqueue and never on the happy path again. `>BBBBI4I6` in the words of Lua's
//! `struct`: version, flags, max attempts, length of kind, backoff base (ms), created (ms); all
//! big-endian. Then, each only if its flag is set, because most jobs have none of them and a million
//! pending jobs are paid for by the byte: not after (ms, `I6`), and the lengths (`I2`) of unique key,
//! origin and metadata. Then unique key, origin, kind, metadata (JSON) and the payload. Version 0 is a
//! record whose job was cancelled while its entry waits in a list (`lua/cancel.lua`).

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{NewJob, QueueError, Scope};

const VERSION: u8 = 1;
const HEADER: usize = 14;
/// As `lua/lib/header.lua` knows them; the first three make a claim look closer.
const STARTED: u8 = 1;
const WINDOW: u8 = 2;
const DEADLINE: u8 = 4;
const KEY: u8 = 8;
const ORIGIN: u8 = 16;
const METADATA: u8 = 32;

/// A record as it came: its header read, its texts where they lie.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) max_attempts: u8,
    pub(crate) backoff: Duration,
    pub(crate) created: Timestamp,
    pub(crate) not_after: Option<Timestamp>,
    /// Whether its end gives the unique key back.
    pub(crate) releases: bool,
    bytes: Vec<u8>,
    /// Where unique key, origin, kind and metadata begin, and where the last of them ends.
    places: [usize; 5],
}

impl Record {
    pub(crate) fn unique(&self) -> Option<&str> {
        Some(self.text(0)).filter(|key| !key.is_empty())
    }

    pub(crate) fn origin(&self) -> &str {
        self.text(1)
    }

    pub(crate) fn kind(&self) -> &str {
        self.text(2)
    }

    /// What can't be read is not worth a job: it is only sent along.
    pub(crate) fn metadata(&self) -> BTreeMap<String, String> {
        match self.text(3) {
            "" => BTreeMap::new(),
            json => serde_json::from_str(json).unwrap_or_default(),
        }
    }

    pub(crate) fn payload(&self) -> &[u8] {
        self.bytes.get(self.places[4]..).unwrap_or_default()
    }

    /// [`decode`] has seen that it is text.
    fn text(&self, which: usize) -> &str {
        let bytes = self.bytes.get(self.places[which]..self.places[which + 1]);
        let bytes = bytes.unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }
}

/// Whether its job was called off, and this stands only until its entry is popped.
pub(crate) fn is_tombstone(record: &[u8]) -> bool {
    record.first() == Some(&0)
}

/// The same job with another payload, which is what comes last.
pub(crate) fn with_payload(record: &[u8], payload: &[u8]) -> Result<Vec<u8>, QueueError> {
    let read = decode(record.to_vec())?;
    let before = record.get(..read.places[4]).unwrap_or_default();
    Ok([before, payload].concat())
}

/// The bytes of a new job. When it was created is left to the script that accepts it, which asks
/// Redis's clock.
pub(crate) fn encode(job: &NewJob) -> Vec<u8> {
    let unique = job.unique.as_ref().map_or("", |unique| unique.key.as_str());
    let metadata = metadata(&job.metadata);
    let texts = [unique, &job.origin, &job.kind, &metadata];
    let flags = flags(job, &texts);
    let size = texts.iter().map(|text| text.len()).sum::<usize>() + job.payload.len();
    let mut bytes = Vec::with_capacity(HEADER + 12 + size);
    bytes.extend([VERSION, flags, job.max_attempts, short(job.kind.len())]);
    let backoff = u32::try_from(job.backoff.as_millis()).unwrap_or(u32::MAX);
    bytes.extend(backoff.to_be_bytes());
    bytes.extend([0; 6]);
    if let Some(at) = job.not_after {
        bytes.extend(&at.as_millisecond().max(0).to_be_bytes()[2..]);
    }
    for text in [unique, &job.origin, &metadata]
        .iter()
        .filter(|text| !text.is_empty())
    {
        bytes.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    }
    for text in texts {
        bytes.extend(text.as_bytes());
    }
    bytes.extend(&job.payload);
    bytes
}

fn flags(job: &NewJob, [unique, origin, _, metadata]: &[&str; 4]) -> u8 {
    let scope = match job.unique.as_ref().map(|unique| unique.scope) {
        Some(Scope::UntilStarted) => STARTED,
        Some(Scope::Window(_)) => WINDOW,
        Some(Scope::UntilDone) | None => 0,
    };
    let there = [
        (job.not_after.is_some(), DEADLINE),
        (!unique.is_empty(), KEY),
        (!origin.is_empty(), ORIGIN),
        (!metadata.is_empty(), METADATA),
    ];
    let set = there.iter().filter(|(there, _)| *there);
    set.fold(scope, |flags, (_, flag)| flags | flag)
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
pub(crate) fn decode(bytes: Vec<u8>) -> Result<Record, QueueError> {
    let size = bytes.len();
    read(bytes).ok_or_else(|| {
        QueueError::Corrupt(format!(
            "a job's record of {size} bytes is not one we wrote"
        ))
    })
}

fn read(bytes: Vec<u8>) -> Option<Record> {
    let [version, flags, max_attempts, kind] = *bytes.first_chunk()?;
    (version <= VERSION).then_some(())?;
    let number = |from: usize, size: usize| {
        let digits = bytes.get(from..from + size)?.iter();
        Some(digits.fold(0_u64, |number, byte| number << 8 | u64::from(*byte)))
    };
    let mut at = HEADER;
    let mut part = |flag, size| {
        if flags & flag == 0 {
            return Some(0);
        }
        at += size;
        number(at - size, size)
    };
    let (not_after, key) = (part(DEADLINE, 6)?, part(KEY, 2)?);
    let (origin, metadata) = (part(ORIGIN, 2)?, part(METADATA, 2)?);
    let mut places = [at; 5];
    for (i, size) in [key, origin, u64::from(kind), metadata]
        .into_iter()
        .enumerate()
    {
        places[i + 1] = places[i] + usize::try_from(size).ok()?;
    }
    str::from_utf8(bytes.get(places[0]..places[4])?).ok()?;
    Some(Record {
        max_attempts,
        backoff: Duration::from_millis(number(4, 4)?),
        created: time(number(8, 6)?)?,
        not_after: Some(time(not_after)?).filter(|_| flags & DEADLINE != 0),
        releases: flags & WINDOW == 0,
        bytes,
        places,
    })
}

fn time(ms: u64) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()
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

    /// Written by every release that ever enqueued: whoever changes this loses what waits in Redis, and has
    /// to give the new form a version of its own.
    const WRITTEN: &[u8] = b"\
        \x01\x3d\x07\x08\x00\x00\x27\x10\0\0\0\0\0\0\
        \x01\x9a\xa6\x49\x1a\x00\x00\x06\x00\x0b\x00\x0c\
        user:7tick:t@9:00greeting{\"note\":\"x\"}{\"user_id\":7}";

    #[test]
    fn a_record_is_these_bytes_and_no_others() {
        let mut job = job(
            "greeting",
            Some("user:7".into()),
            "tick:t@9:00",
            b"{\"user_id\":7}".to_vec(),
        );
        job.backoff = Duration::from_secs(10);
        job.not_after = Some("2025-11-21T12:00:00Z".parse().unwrap());
        job.metadata.insert("note".into(), "x".into());
        assert_eq!(
            encode(&job).escape_ascii().to_string(),
            WRITTEN.escape_ascii().to_string()
        );

        let read = decode(WRITTEN.to_vec()).unwrap();
        assert_eq!(
            (read.kind(), read.unique(), read.origin()),
            ("greeting", Some("user:7"), "tick:t@9:00")
        );
        assert_eq!(
            (read.max_attempts, read.backoff, read.not_after),
            (7, job.backoff, job.not_after)
        );
        assert_eq!((read.created, read.releases), (Timestamp::UNIX_EPOCH, true));
        assert_eq!(
            (read.metadata(), read.payload()),
            (job.metadata, &*job.payload)
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            kind in "[a-z-]{1,40}", key in proptest::option::of("\\PC{1,40}"), origin in "\\PC{0,60}",
            note in proptest::option::of("\\PC{0,60}"), late in proptest::option::of(1..1_i64 << 40),
            payload: Vec<u8>,
        ) {
            let mut job = job(&kind, key.clone(), &origin, payload.clone());
            job.not_after = late.map(|ms| Timestamp::from_millisecond(ms).unwrap());
            job.metadata.extend(note.map(|note| ("note".to_owned(), note)));
            let read = decode(encode(&job)).unwrap();
            prop_assert_eq!((read.kind(), read.unique(), read.origin()), (&*kind, key.as_deref(), &*origin));
            prop_assert_eq!((read.max_attempts, read.backoff, read.releases), (7, job.backoff, true));
            prop_assert_eq!((read.not_after, read.created), (job.not_after, Timestamp::UNIX_EPOCH));
            prop_assert_eq!((read.metadata(), read.payload()), (job.metadata, &payload[..]));
        }

        #[test]
        fn arbitrary_bytes_are_an_answer_and_not_a_panic(bytes: Vec<u8>) {
            let _ = decode(bytes);
        }

        #[test]
        fn a_record_cut_anywhere_in_its_header_or_texts_is_corrupt(cut in 0_usize..60) {
            let whole = encode(&job("greeting", Some("k".repeat(20)), "o", vec![]));
            prop_assume!(cut < whole.len());
            prop_assert!(decode(whole[..cut].to_vec()).is_err());
        }
    }
}
