//! The operator's command line, run as an operator runs it: a process, its streams, its exit code.

mod enqueue;
mod explain;
mod given;
mod job;
mod queue;
mod retry;
mod schedule;
mod worker;
