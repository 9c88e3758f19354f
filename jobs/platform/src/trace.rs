//! Which trace the work at hand belongs to, so that what it enqueues belongs to it too.
//!
//! W3C Trace Context (`traceparent`, version 00) travels in a job's metadata from who enqueues it to
//! the worker that runs it.

use std::future::Future;

use uuid::Uuid;

/// The key in a job's metadata, as in HTTP.
pub const TRACEPARENT: &str = "traceparent";

tokio::task_local! {
    static CURRENT: Trace;
}

/// One trace, and the span in it that is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    id: u128,
    span: u64,
    flags: u8,
}

impl Trace {
    /// A trace that begins here.
    pub fn begin() -> Self {
        Self {
            id: Uuid::new_v4().as_u128(),
            span: fresh_span(),
            flags: 1,
        }
    }

    /// Reads a `traceparent`; `None` for one that is not well-formed, as the standard has it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace, span, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let extra = parts.next().is_some();
        if (version, extra) == ("00", true) || version == "ff" || hex(version, 2).is_none() {
            return None;
        }
        let read = Self {
            id: hex(trace, 32)?,
            span: u64::try_from(hex(span, 16)?).ok()?,
            flags: u8::try_from(hex(flags, 2)?).ok()?,
        };
        (read.id != 0 && read.span != 0).then_some(read)
    }

    /// The same trace, one step further.
    #[must_use]
    pub fn child(self) -> Self {
        Self {
            span: fresh_span(),
            ..self
        }
    }

    /// The trace's id in 32 hex digits, as logs show it.
    pub fn id(&self) -> String {
        format!("{:032x}", self.id)
    }

    /// What the task at hand belongs to.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|trace| *trace).ok()
    }

    /// Runs `work` as part of this trace.
    pub fn scope<W: Future>(self, work: W) -> impl Future<Output = W::Output> {
        CURRENT.scope(self, work)
    }
}

impl std::fmt::Display for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "00-{:032x}-{:016x}-{:02x}",
            self.id, self.span, self.flags
        )
    }
}

fn fresh_span() -> u64 {
    let (_, low) = Uuid::new_v4().as_u64_pair();
    low
}

/// Exactly so many lower-case hex digits.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let lower = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if text.len() != digits || !text.bytes().all(lower) {
        return None;
    }
    u128::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPEC: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn the_example_of_the_standard_is_read_and_written_back() {
        assert_eq!(Trace::parse(SPEC).unwrap().to_string(), SPEC);
    }

    #[test]
    fn a_child_is_of_the_same_trace_in_another_span() {
        let parent = Trace::parse(SPEC).unwrap();
        assert_eq!(parent.child().id(), parent.id());
        assert_ne!(parent.child(), parent);
    }

    #[test]
    fn what_is_not_well_formed_is_no_trace() {
        for text in [
            "",
            "00",
            &SPEC.to_uppercase(),
            &SPEC.replace("0af7", "zaf7"),
            &format!("{SPEC}-x"),
        ] {
            assert_eq!(Trace::parse(text), None, "{text}");
        }
        assert_eq!(Trace::parse(&format!("00-{:032}-{:016}-01", 0, 0)), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}") {
            let _ = Trace::parse(&text);
        }
    }
}
