//! Private servers and processes, and how to wait for them.

mod child;
pub(crate) mod cluster;
pub(crate) mod config;
pub(crate) mod database;
mod fresh;
mod initdb;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod redis;
pub(crate) mod sentinels;
pub(crate) mod until;
