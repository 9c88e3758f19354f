//! One file a noun: what its verbs do, and how their answers look.

pub(crate) mod act;
pub(crate) mod audit;
pub(crate) mod bench;
pub(crate) mod config;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod errors;
pub(crate) mod explain;
pub(crate) mod flags;
pub(crate) mod import;
pub(crate) mod input;
pub(crate) mod job;
pub(crate) mod leader;
pub(crate) mod lock;
pub(crate) mod manual;
pub(crate) mod migrate;
pub(crate) mod queue;
pub(crate) mod schedule;
pub(crate) mod suppression;
pub(crate) mod top;
pub(crate) mod user;
pub(crate) mod worker;
