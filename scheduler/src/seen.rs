//! All that a scheduler knows at one moment. It decides from nothing else.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use platform::{Pace, leader::Asked, timetable::Timetable};

use crate::{
    action::{Moment, Place},
    standing::{Leadership, Standing, Unfit},
    ticks::Ticks,
};

/// Who is further than this from Redis's clock does not lead: its logs would tell tales, and the
/// machine wants looking after.
const MOST_SKEW: SignedDuration = SignedDuration::from_secs(5);

#[derive(Debug, Clone)]
pub struct Seen {
    pub timetable: Arc<Timetable>,
    pub pace: Pace,
    pub now: Moment,
    /// Up to an eighth of a follower's wait, drawn anew each time, so that followers spread.
    pub jitter: Duration,
    pub stopping: bool,
    pub standing: Standing,
    pub clock: Option<Reading>,
    pub ticks: Option<Ticks>,
    pub redis: Option<Trouble>,
    pub postgres: Option<Trouble>,
    /// Until when it leaves the lease to a newer timetable, whoever hints that it is free.
    pub yields_until: Moment,
}

/// Redis's clock as it was read once. True time is never earlier than this says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub redis: Timestamp,
    /// When the answer was there.
    pub at: Moment,
    /// How far ahead of it our own clock is.
    pub ahead: SignedDuration,
}

/// A place does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    pub since: Moment,
    pub retry_at: Moment,
}

impl Seen {
    pub fn new(timetable: Arc<Timetable>, pace: Pace) -> Self {
        Self {
            timetable,
            pace,
            now: Moment::ZERO,
            jitter: Duration::ZERO,
            stopping: false,
            standing: Standing::follow_from(Moment::ZERO),
            clock: None,
            ticks: None,
            redis: None,
            postgres: None,
            yields_until: Moment::ZERO,
        }
    }

    /// Time has passed. A term is believed until its moment and not one longer.
    pub fn moment(&mut self, now: Moment, jitter: Duration) {
        (self.now, self.jitter) = (now, jitter);
        if self
            .leading()
            .is_some_and(|leading| leading.trusted_until <= now)
        {
            self.follow(now);
        }
    }

    /// Somebody hints that there is something to look at: a row that was asked for, a free lease.
    pub fn hinted(&mut self) {
        self.ticks = None;
        match &mut self.standing {
            Standing::Following { ask_at, .. } => {
                *ask_at = self.now.max(self.yields_until).min(*ask_at);
            }
            // What it is asked to do, it learns from that answer.
            Standing::Leading(leading) => leading.renew_at = self.now,
        }
    }

    pub fn leading(&self) -> Option<&Leadership> {
        match &self.standing {
            Standing::Leading(leading) => Some(leading),
            Standing::Following { .. } => None,
        }
    }

    /// Redis's clock by our own since it was read: good enough to say how late something was.
    pub(crate) fn reckoned(&self) -> Option<Timestamp> {
        let clock = self.clock?;
        let since = self.now.saturating_sub(clock.at);
        clock.redis.checked_add(since).ok()
    }

    /// What keeps it from leading, whoever else may.
    pub fn unfit(&self) -> Option<Unfit> {
        if self.timetable.is_empty() {
            return Some(Unfit::EmptyTimetable);
        }
        match self.clock {
            Some(clock) if clock.ahead.abs() > MOST_SKEW => Some(Unfit::ClockOff(clock.ahead)),
            _ => self
                .leading()
                .and_then(|leading| self.unfit_to_go_on(leading)),
        }
    }

    /// What a leader has to give way to.
    fn unfit_to_go_on(&self, leading: &Leadership) -> Option<Unfit> {
        let cut_off = |lost: Trouble| lost.since + self.pace.leader_ttl <= self.now;
        if let Some(newer) = self.newer_lately(leading) {
            let mine = self.timetable.version();
            let newer = newer.version;
            Some(Unfit::NewerTimetable { mine, newer })
        } else if self.postgres.is_some_and(cut_off) {
            Some(Unfit::NoPostgres)
        } else {
            None
        }
    }

    /// The newer timetable that asked last, if it did so lately.
    pub(crate) fn newer_lately(&self, leading: &Leadership) -> Option<Asked> {
        let mine = self.timetable.version();
        let newer = leading.asked.iter().filter(|asked| asked.version > mine);
        newer
            .min_by_key(|asked| asked.ago)
            .filter(|asked| asked.ago < self.lately())
            .copied()
    }

    /// How long an older timetable yields to a newer one that asked.
    pub fn lately(&self) -> Duration {
        self.pace.leader_ttl * 4
    }

    pub(crate) fn follow(&mut self, ask_at: Moment) {
        self.standing = Standing::follow_from(ask_at);
        self.ticks = None;
    }

    pub(crate) fn trouble(&self, place: Place) -> Option<Trouble> {
        match place {
            Place::Redis => self.redis,
            Place::Postgres => self.postgres,
        }
    }
}
