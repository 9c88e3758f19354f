//! What all connections share, and the web page too.

use std::sync::Arc;

use super::{Faults, Hold, SmtpOptions, mailbox::Mailbox};
use crate::{identity::Identity, push::Pushes};

pub(crate) struct Office {
    pub(crate) mailbox: Mailbox,
    pub(crate) pushes: Arc<Pushes>,
    pub(crate) faults: Faults,
    pub(crate) hold: Hold,
    pub(super) login: Option<(String, String)>,
    /// Whoever has one insists on being asked for it.
    pub(super) identity: Option<Identity>,
}

impl Office {
    pub(super) fn open(options: &SmtpOptions) -> anyhow::Result<Office> {
        Ok(Office {
            mailbox: Mailbox::default(),
            pushes: Arc::default(),
            faults: Faults::default(),
            hold: Hold::default(),
            login: options.login.clone(),
            identity: options.starttls.then(Identity::new).transpose()?,
        })
    }
}
