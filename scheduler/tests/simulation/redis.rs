//! What the scripts of leadership and firing do, in words of our own. [`crate::scripts`] compares them
//! with the real ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use platform::{
    leader::{Asked, Fired, Held, Renewed},
    timetable::TickId,
};

/// A candidate, at one boot and in one term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) owner: u64,
    pub(crate) term: i64,
    pub(crate) version: u32,
}

#[derive(Debug, Clone, Copy)]
struct Lease {
    who: Who,
    until: Duration,
    step_down: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Redis {
    lease: Option<Lease>,
    /// version → when it last asked
    asked: BTreeMap<u32, Duration>,
    /// tick → when it was fired
    remembered: BTreeMap<TickId, Duration>,
    /// Those that stand, by the tick that wanted them; the dead among them.
    pub(crate) jobs: BTreeSet<TickId>,
    pub(crate) dead: BTreeSet<TickId>,
}

impl Redis {
    fn lease(&self, now: Duration) -> Option<Lease> {
        self.lease.filter(|lease| lease.until > now)
    }

    fn ours(&self, who: Who, now: Duration) -> Option<Lease> {
        let ours = |lease: &Lease| (lease.who.owner, lease.who.term) == (who.owner, who.term);
        self.lease(now).filter(ours)
    }

    pub(crate) fn term(&self, now: Duration) -> Option<i64> {
        self.lease(now).map(|lease| lease.who.term)
    }

    pub(crate) fn hold(&mut self, who: Who, ttl: Duration, now: Duration) -> Held {
        self.asked.insert(who.version, now);
        let until = now + ttl;
        match (self.lease(now), self.ours(who, now)) {
            (Some(lease), None) => Held::Theirs(lease.until.saturating_sub(now)),
            (_, ours) => {
                let step_down = ours.is_some_and(|lease| lease.step_down);
                self.lease = Some(Lease {
                    who,
                    until,
                    step_down,
                });
                Held::Ours
            }
        }
    }

    pub(crate) fn renew(&mut self, who: Who, ttl: Duration, now: Duration) -> Renewed {
        let Some(lease) = self.ours(who, now) else {
            return Renewed::Lost;
        };
        let until = now + ttl;
        self.lease = Some(Lease { until, ..lease });
        let asked = self.asked.iter().map(|(version, at)| Asked {
            version: *version,
            ago: now.saturating_sub(*at),
        });
        Renewed::Ours {
            asked: asked.collect(),
            step_down: lease.step_down,
        }
    }

    pub(crate) fn let_go(&mut self, who: Who, now: Duration) -> bool {
        let ours = self.ours(who, now).is_some();
        if ours {
            self.lease = None;
        }
        ours
    }

    pub(crate) fn step_down(&mut self, term: i64, now: Duration) -> bool {
        let led = self.lease(now).filter(|lease| lease.who.term == term);
        if let Some(lease) = led {
            let step_down = true;
            self.lease = Some(Lease { step_down, ..lease });
        }
        led.is_some()
    }

    pub(crate) fn ask_fired(&self, who: Who, tick: &TickId, now: Duration) -> Fired {
        if self.ours(who, now).is_none() {
            Fired::NotLeader
        } else if self.remembered.contains_key(tick) {
            Fired::Remembered
        } else {
            Fired::Unknown
        }
    }

    pub(crate) fn fire(
        &mut self,
        who: Who,
        tick: &TickId,
        remember: Duration,
        behind: &[TickId],
        now: Duration,
    ) -> Fired {
        match self.ask_fired(who, tick, now) {
            Fired::Unknown => {}
            told => return told,
        }
        if behind.iter().any(|earlier| !self.dead.contains(earlier)) {
            return Fired::Unfinished;
        }
        self.remembered.insert(tick.clone(), now);
        let forget = now.saturating_sub(remember);
        self.remembered
            .retain(|_, at| forget.is_zero() || *at > forget);
        self.jobs.insert(tick.clone());
        Fired::Queued
    }

    /// A checked enqueue of a tick's job; whether it had not been standing.
    pub(crate) fn carry(&mut self, tick: &TickId) -> bool {
        self.jobs.insert(tick.clone())
    }
}
