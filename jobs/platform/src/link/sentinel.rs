//! The master of the moment, as the sentinels name it and as it says itself.
//!
//! They are asked anew at every connecting, and nothing is kept in between: a failover is rare, and
//! a name remembered would be the wrong one right then.

use std::sync::Arc;

use redis::{
    ConnectionInfo,
    sentinel::{Sentinel, SentinelNodeConnectionInfo},
};

use super::Find;

pub(crate) struct Sentinels {
    pub(crate) to_ask: Vec<ConnectionInfo>,
    /// What they call the master.
    pub(crate) service: String,
    /// How to speak to the master, whose address they tell.
    pub(crate) master: SentinelNodeConnectionInfo,
}

pub(super) fn find(known: Sentinels) -> Find {
    let known = Arc::new(known);
    Arc::new(move || {
        let known = known.clone();
        Box::pin(async move {
            let mut sentinels = Sentinel::build(known.to_ask.clone())?;
            sentinels
                .async_master_for(&known.service, Some(&known.master))
                .await
        })
    })
}
