//! The outside world on loopback, and the one harness that tests, demo and benchmarks stand on.
//!
//! Real servers ([`Redis`], alone, under [`Sentinels`] or as a [`Cluster`], and [`Postgres`]) and our
//! own binaries ([`Process`]) run as private children on free ports, and end with us. Tests share one server of each and take a fresh [`prefix`] or
//! [`database`]; those that break a server start their own.

pub mod apns;
mod clock;
pub mod collector;
pub mod demo;
pub mod fcm;
pub mod find;
mod harness;
mod house;
pub mod http;
mod identity;
pub mod out;
pub mod push;
pub mod rehearsal;
pub mod smtp;
mod web;

pub use apns::Apns;
pub use collector::Collector;
pub use fcm::Fcm;
pub use harness::{
    cluster::Cluster,
    database::{Database, database, empty_database},
    postgres::Postgres,
    process::Process,
    redis::{Redis, Shared, prefix, redis},
    sentinels::Sentinels,
    until::{until, until_or},
};
pub use house::House;
pub use smtp::{Inbox, Inbox as Smtp, SmtpOptions};
