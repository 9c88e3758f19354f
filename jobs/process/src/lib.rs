//! What every long-running process does: read its settings, log, be measured, be watched, stop.
//!
//! A `main.rs` hands [`main`] one async function and reads as the process; all that is the same in
//! each is here. Nothing here knows Redis, Postgres or honeyDue's jobs: a process registers its own
//! [`Health`] checks and loops.

mod args;
mod health;
pub mod http;
mod logs;
pub mod metrics;
mod refusal;
mod run;
mod secret;
mod serve;
mod stop;
mod traces;

pub use args::{LinkArgs, LogArgs, LogFormat, MetricsArgs, PostgresArgs, RedisArgs, TraceArgs};
pub use health::{Beat, Health};
pub use logs::start;
pub use refusal::parse;
pub use run::{Process, ProcessArgs, main};
pub use secret::Secret;
pub use serve::{Served, serve};
pub use stop::Stop;
