//! The servers that the tests of one process share, each test with a prefix or a database of its own.
//!
//! `honeydue-standins servers -- COMMAND` names servers in the environment, so that a whole test run
//! needs but one of each. Without it, each test process starts its own.

use std::sync::OnceLock;

use anyhow::Result;
use uuid::Uuid;

use crate::{Postgres, Redis, config};

/// A Redis to put things in under a fresh [`prefix`]. It keeps nothing on disk.
#[derive(Debug, Clone)]
pub struct RedisServer {
    url: String,
}

impl RedisServer {
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The shared Redis, which starts at the first call. Panics if there is none to start.
pub fn redis() -> RedisServer {
    static PRIVATE: OnceLock<Result<Redis, String>> = OnceLock::new();
    let url = config::redis_url().unwrap_or_else(|| {
        let private = PRIVATE.get_or_init(|| Redis::start_forgetful().map_err(|e| format!("{e:#}")));
        private.as_ref().map_or_else(|why| panic!("{why}"), Redis::url)
    });
    RedisServer { url }
}

/// What no other test's keys begin with.
pub fn prefix() -> String {
    format!("test:{}:", Uuid::new_v4().simple())
}

/// The URL of a database of the shared Postgres from which others can be created.
pub(crate) fn maintenance_url() -> String {
    static PRIVATE: OnceLock<Result<Postgres, String>> = OnceLock::new();
    config::database_url().unwrap_or_else(|| {
        let private = PRIVATE.get_or_init(|| Postgres::begin().map_err(|e| format!("{e:#}")));
        private.as_ref().map_or_else(|why| panic!("{why}"), Postgres::url)
    })
}
