//! Real time: the outside world has no other. A mail comes in now, and a demo plays today.

use jiff::Timestamp;

#[expect(clippy::disallowed_methods, reason = "this is clock.rs")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
