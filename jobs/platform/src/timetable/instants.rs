//! The instants at which a schedule is due: civil time, resolved in the schedule's own zone.
//!
//! Between two changes of a zone's offset civil time runs as steadily as UTC, so that each stretch is
//! matched by itself. What is left are the changes: a gap swallows civil times, an overlap shows them
//! twice, and the line says what it wants then.

use jiff::{
    Timestamp, ToSpan,
    civil::DateTime,
    tz::{AmbiguousOffset, Offset, TimeZone},
};

use super::{Gap, Overlap, when::When};

/// A cron expression in a zone, with its rules for the two odd days of the year.
#[derive(Debug, Clone)]
pub(super) struct Instants {
    pub(super) when: When,
    pub(super) zone: TimeZone,
    pub(super) gap: Gap,
    pub(super) overlap: Overlap,
}

/// A stretch of time during which the zone's offset stays the same.
struct Stretch {
    after: Timestamp,
    offset: Offset,
}

impl Instants {
    /// Those in `(after, until]`, in order, `limit` at most.
    pub(super) fn between(
        &self,
        after: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Vec<Timestamp> {
        let mut found = Vec::new();
        let mut stretch = Stretch {
            after,
            offset: self.zone.to_offset(after),
        };
        for change in self.zone.following(after) {
            if change.timestamp() > until || found.len() >= limit {
                break;
            }
            let at = change.timestamp();
            self.collect(&stretch, just_before(at), limit, &mut found);
            if self.jumped_over_one(stretch.offset, change.offset(), at) && found.len() < limit {
                found.push(at);
            }
            stretch = Stretch {
                after: just_before(at),
                offset: change.offset(),
            };
        }
        self.collect(&stretch, until, limit, &mut found);
        found
    }

    fn collect(&self, in_: &Stretch, until: Timestamp, limit: usize, found: &mut Vec<Timestamp>) {
        let room = limit.saturating_sub(found.len());
        let known = found.last().copied();
        let matches = self
            .when
            .after(in_.offset.to_datetime(in_.after))
            .filter_map(|civil| Some((civil, in_.offset.to_timestamp(civil).ok()?)))
            .take_while(|(_, at)| *at <= until)
            .filter(|(civil, at)| known != Some(*at) && self.wanted(*civil, in_.offset))
            .map(|(_, at)| at);
        found.extend(matches.take(room));
    }

    /// Whether this showing of `civil` counts, if it is shown twice.
    fn wanted(&self, civil: DateTime, showing: Offset) -> bool {
        match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Fold { before, after } => match self.overlap {
                Overlap::First => showing == before,
                Overlap::Second => showing == after,
                Overlap::Both => true,
            },
            _ => true,
        }
    }

    /// Whether the clocks, put forward at `at`, skipped a time that should be made up for.
    fn jumped_over_one(&self, before: Offset, then: Offset, at: Timestamp) -> bool {
        let (first, last) = (before.to_datetime(just_before(at)), then.to_datetime(at));
        self.gap == Gap::Next
            && self
                .when
                .after(first)
                .next()
                .is_some_and(|civil| civil < last)
    }
}

/// Cron knows whole seconds only, and so do the changes of a zone.
fn just_before(at: Timestamp) -> Timestamp {
    at.checked_sub(1.second()).unwrap_or(at)
}

#[cfg(test)]
mod tests;
