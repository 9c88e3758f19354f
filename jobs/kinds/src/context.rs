//! Everything a job may touch.

use std::sync::Arc;

use platform::{Allowance, Pace, Queue};
use store::Store;

use crate::{
    Links,
    ports::{Carriers, Mailer},
};

pub struct Context {
    /// What honeyDue knows.
    pub store: Store,
    /// For jobs that ask for jobs.
    pub queue: Queue,
    pub mailer: Arc<dyn Mailer>,
    /// None while pushes are switched off.
    pub push: Option<Carriers>,
    /// How many mails may leave in a time over all workers; what is required is not held back by it.
    pub mail_limit: Option<Allowance>,
    pub pace: Pace,
    /// Where links in messages lead.
    pub links: Links,
    /// What comes after the @ of a Message-ID.
    pub mail_domain: String,
}
