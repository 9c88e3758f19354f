//! When a mail arrived: real time, for people who look at the page.

use jiff::Timestamp;

#[expect(clippy::disallowed_methods, reason = "this is clock.rs")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
