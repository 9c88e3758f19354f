//! The operator's command line, run as an operator runs it: a process, its streams, its exit code.

mod bench;
mod enqueue;
mod explain;
mod flags;
mod given;
mod help;
mod job;
mod queue;
mod refusals;
mod retry;
mod schedule;
mod streams;
mod values;
mod worker;
