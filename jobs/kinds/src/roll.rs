//! All kinds, called once: as jobs by the catalog, and those that speak to people also by what people may
//! say about them.

use std::time::Duration;

use platform::{Catalog, Run};
use store::Channel;

use crate::{Context, Notice, Notify, hours::Hours};

/// A kind that speaks, as people's preferences see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    pub kind: &'static str,
    /// Mail or push.
    pub channel: Channel,
    /// Nobody can switch it off.
    pub required: bool,
    pub queue: &'static str,
    pub window: Duration,
    /// Of a kind that comes by itself.
    pub hours: Option<Hours>,
}

#[derive(Default)]
pub(crate) struct Roll {
    pub(crate) catalog: Catalog<Context>,
    pub(crate) notices: Vec<Topic>,
}

impl Roll {
    pub(crate) fn job<J: Run<Context>>(self) -> Self {
        Self {
            catalog: self.catalog.with::<J>(),
            ..self
        }
    }

    pub(crate) fn notice<N: Notice>(mut self) -> Self {
        self.notices.push(Topic {
            kind: N::NAME,
            channel: N::CHANNEL,
            required: N::REQUIRED,
            queue: N::QUEUE,
            window: N::WINDOW,
            hours: N::HOURS,
        });
        self.job::<Notify<N>>()
    }
}
