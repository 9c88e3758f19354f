//! The mail adapter against servers of every mood.

mod foreign;
mod given;
mod inbox;
mod ledger;
mod peer;
mod tls;
mod verdicts;
