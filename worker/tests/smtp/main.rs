//! The mail adapter against servers of every mood.

mod foreign;
mod given;
mod inbox;
mod ledger;
mod peer;
#[cfg(feature = "peers")]
mod postfix;
mod tls;
mod verdicts;
