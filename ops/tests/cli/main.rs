//! The operator's command line, run as an operator runs it: a process, its streams, its exit code.

#![expect(
    clippy::unwrap_used,
    reason = "what a helper of a test can't do fails the test"
)]

mod asked;
mod asynq;
mod audit;
mod away;
mod bench;
mod bulk;
mod clock;
mod cluster;
mod doctor;
mod edit;
mod enqueue;
mod errors;
mod explain;
mod filters;
mod forgotten;
mod given;
mod help;
mod import;
mod job;
mod leader;
mod lock;
mod manual;
mod nouns;
mod pause;
mod queue;
mod raw;
mod reach;
mod refusals;
mod resumed;
mod retry;
mod roster;
mod runbook;
mod running;
mod schedule;
mod schedule_backfill;
mod schedule_lines;
mod schedule_pause;
mod shown;
mod streams;
mod suppression;
mod top;
mod untouched;
mod user;
mod values;
mod verbs;
mod worker;
