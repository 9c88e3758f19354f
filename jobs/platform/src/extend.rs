//! Making leases last longer, and hearing which jobs are to stop.

use std::time::Duration;

use crate::{Queue, QueueError, entry::Member, lane::Lane, queue::ms, scripts};

/// What an extension showed.
#[derive(Debug, Default)]
pub(crate) struct Extended {
    /// Their lease is not there any more.
    pub(crate) missing: Vec<Member>,
    /// They are to stop, and why.
    pub(crate) cancelled: Vec<(Member, String)>,
}

impl Queue {
    pub(crate) async fn extend(
        &self,
        lane: &Lane,
        members: &[Member],
        lease: Duration,
    ) -> Result<Extended, QueueError> {
        let mut call = scripts::EXTEND.on(&lane.keys.all());
        call.arg(lane.now.arg()).arg(ms(lease));
        for member in members {
            call.arg(member.as_bytes());
        }
        let (missing, cancelled): (Vec<usize>, Vec<(usize, String)>) = self.link.run(&call).await?;
        let member = |place: usize| members.get(place.checked_sub(1)?).copied();
        Ok(Extended {
            missing: missing.into_iter().filter_map(member).collect(),
            cancelled: cancelled
                .into_iter()
                .filter_map(|(place, why)| Some((member(place)?, why)))
                .collect(),
        })
    }

    /// Whether any running job of a lane is to stop.
    pub(crate) async fn any_cancelled(&self, lane: &Lane) -> Result<bool, QueueError> {
        let mut redis = self.link.shared();
        Ok(redis::AsyncCommands::exists(&mut redis, &lane.keys.cancel).await?)
    }
}
