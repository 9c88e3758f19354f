//! The HTTP API. [`router`] is all of it on one page; one file a group of answers.

mod account;
mod auth;
mod carry;
mod config;
mod devices;
mod error;
mod notifications;
mod password;
mod preferences;
mod routes;
mod said;
mod tasks;

use platform::{Pace, Queue};
use store::Store;

pub use config::Config;
pub use routes::router;

use crate::password::Passwords;

/// What the answers are made from.
#[derive(Clone)]
pub struct Api {
    store: Store,
    queue: Queue,
    pace: Pace,
    passwords: Passwords,
}

impl Api {
    pub fn new(store: Store, queue: Queue, pace: Pace) -> Self {
        Self {
            store,
            queue,
            pace,
            passwords: Passwords::new(),
        }
    }
}
