//! The store against a real Postgres.

#![expect(
    clippy::unwrap_used,
    reason = "what a helper of a test can't do fails the test"
)]

mod agenda;
mod bounded;
mod called_off;
mod chores;
mod home;
mod leading;
mod ledger;
mod operations;
mod outbox;
mod people;
mod push;
mod reconcile;
mod requests;
mod schema;
mod ticks;
mod weeks;
