//! The outside world on loopback, and the one harness that tests, demo and benchmarks stand on.
//!
//! Real servers ([`Redis`], [`Postgres`]) and our own binaries ([`Process`]) run as private children
//! on free ports, and end with us. Tests share one server of each and take a fresh [`prefix`] or
//! [`database`]; those that break a server start their own.

mod blocking;
mod config;
mod database;
mod exit;
mod find;
pub mod out;
mod port;
mod postgres;
mod process;
mod redis;
mod scratch;
mod server;
mod servers;
mod shared;
mod tether;
mod until;

pub use database::{Database, database};
pub use exit::Exit;
pub use postgres::Postgres;
pub use process::Process;
pub use redis::Redis;
pub use servers::with_servers;
pub use shared::{RedisServer, prefix, redis};
pub use until::until;
