//! The operator's command line, run as an operator runs it: a process, its streams, its exit code.

mod bench;
mod enqueue;
mod explain;
mod flags;
mod given;
mod help;
mod job;
mod leader;
mod queue;
mod refusals;
mod retry;
mod schedule;
mod schedule_backfill;
mod schedule_flags;
mod schedule_lines;
mod schedule_pause;
mod streams;
mod values;
mod worker;
