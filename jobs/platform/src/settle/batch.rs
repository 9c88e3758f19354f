//! A batch of settlements: one script for each sort of end, whatever the batch brings.

use std::time::Duration;

use super::Settlement;
use crate::{
    Queue, QueueError,
    claim::Claimed,
    entry::Member,
    lane::Lane,
    queue::ms,
    scripts::{self, Call, Script},
};

/// One job to settle: its lease, the unique key to give back, and what is to become of it.
#[derive(Debug, Clone)]
pub(crate) struct ToSettle {
    pub(crate) member: Member,
    pub(crate) unique: Option<String>,
    pub(crate) settlement: Settlement,
}

impl ToSettle {
    pub(crate) fn of(job: &Claimed, settlement: Settlement) -> Self {
        let record = job
            .record
            .as_ref()
            .as_ref()
            .ok()
            .filter(|record| record.releases);
        Self {
            member: job.member,
            unique: record.and_then(|record| record.unique()).map(str::to_owned),
            settlement,
        }
    }
}

/// The jobs of one sort of end, and their places in the batch.
type Part<'a> = Vec<(usize, &'a ToSettle)>;

impl Queue {
    /// Settles a batch and answers, for each, whether its lease was still held. Asking twice is
    /// harmless: the second time no lease is there.
    pub(crate) async fn settle(
        &self,
        lane: &Lane,
        batch: &[ToSettle],
    ) -> Result<Vec<bool>, QueueError> {
        let part = |wanted: fn(&Settlement) -> bool| -> Part<'_> {
            let places = batch.iter().enumerate();
            places.filter(|(_, job)| wanted(&job.settlement)).collect()
        };
        let mut held = vec![true; batch.len()];
        for (part, call) in [
            (part(|s| matches!(s, Settlement::Done)), finish as Ask),
            (part(|s| matches!(s, Settlement::PutBack { .. })), put_back),
            (part(|s| matches!(s, Settlement::Bury { .. })), bury),
            (part(|s| matches!(s, Settlement::Cancelled { .. })), drop),
        ] {
            if part.is_empty() {
                continue;
            }
            let missing: Vec<usize> = self.link.run(&call(lane, &part)).await?;
            let places = missing
                .iter()
                .filter_map(|place| part.get(place.checked_sub(1)?));
            places.for_each(|(place, _)| held[*place] = false);
        }
        Ok(held)
    }
}

type Ask = fn(&Lane, &Part<'_>) -> Call;

/// A call with the arguments that all ends have: the time, whether room was made, what is kept.
fn ends(script: &'static Script, lane: &Lane, kept: Duration) -> Call {
    let mut call = script.on(&lane.keys.all());
    call.arg(lane.now.arg())
        .arg(u8::from(lane.policy.is_capped()))
        .arg(ms(kept));
    call
}

fn finish(lane: &Lane, part: &Part<'_>) -> Call {
    let keep = lane.policy.keep_done;
    let mut call = ends(&scripts::FINISH, lane, keep.time);
    call.arg(keep.count).arg(part.len());
    for (_, job) in part {
        call.arg(job.member.as_bytes());
    }
    for (_, job) in part {
        if let Some(unique) = &job.unique {
            call.arg(job.member.as_bytes()).arg(unique);
        }
    }
    call
}

fn put_back(lane: &Lane, part: &Part<'_>) -> Call {
    let mut call = ends(&scripts::PUT_BACK, lane, lane.policy.keep_done.time);
    for (_, job) in part {
        if let Settlement::PutBack {
            attempt,
            wait,
            error,
        } = &job.settlement
        {
            let wait = wait.map(|wait| ms(wait).to_string()).unwrap_or_default();
            call.arg(job.member.as_bytes()).arg(*attempt).arg(wait);
            call.arg(error.as_ref().map_or("", |error| error.code));
            call.arg(error.as_ref().map_or("", |error| &error.text));
        }
    }
    call
}

fn bury(lane: &Lane, part: &Part<'_>) -> Call {
    let keep = lane.policy.keep_dead;
    let mut call = ends(&scripts::BURY, lane, keep.time);
    call.arg(keep.count);
    for (_, job) in part {
        if let Settlement::Bury { attempt, error } = &job.settlement {
            call.arg(job.member.as_bytes()).arg(*attempt);
            call.arg(error.code).arg(&error.text);
        }
    }
    call
}

fn drop(lane: &Lane, part: &Part<'_>) -> Call {
    let mut call = ends(&scripts::DROP, lane, lane.policy.keep_done.time);
    for (_, job) in part {
        if let Settlement::Cancelled { attempt, reason } = &job.settlement {
            call.arg(job.member.as_bytes()).arg(*attempt).arg(reason);
        }
    }
    call
}
