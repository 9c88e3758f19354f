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
mod recovery;
mod routes;
mod said;
mod tasks;
mod unsubscribe;

use kinds::Links;
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
    links: Links,
    passwords: Passwords,
}

impl Api {
    pub fn new(store: Store, queue: Queue, pace: Pace, links: Links) -> Self {
        Self {
            store,
            queue,
            pace,
            links,
            passwords: Passwords::new(),
        }
    }
}
