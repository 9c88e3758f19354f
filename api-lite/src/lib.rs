//! The HTTP API. [`router`] is all of it on one page; one file a group of answers.

mod account;
mod auth;
mod bounces;
mod carry;
mod code;
mod config;
mod devices;
mod error;
mod id;
mod notifications;
mod partitions;
mod password;
mod preferences;
mod quiet;
mod recovery;
mod residences;
mod routes;
mod said;
mod tasks;
mod traced;
mod unsubscribe;

use kinds::Links;
use std::sync::Arc;

use platform::{Pace, Queue};
use store::Store;

pub use config::Config;
pub use partitions::agree_on_partitions;
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
    /// What the mail provider shows; without one it is not listened to.
    bounce_secret: Option<Arc<str>>,
}

impl Api {
    pub fn new(store: Store, queue: Queue, pace: Pace, links: Links) -> Self {
        Self {
            store,
            queue,
            pace,
            links,
            passwords: Passwords::new(),
            bounce_secret: None,
        }
    }

    /// Listens to what the mail provider tells later, if it shows this secret.
    #[must_use]
    pub fn hearing_of_bounces(self, secret: Option<&str>) -> Self {
        let bounce_secret = secret.map(Arc::from);
        Self {
            bounce_secret,
            ..self
        }
    }
}
