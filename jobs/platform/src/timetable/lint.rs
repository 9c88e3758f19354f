//! What is not wrong with a timetable, and may still not be what its author meant.

use std::time::Duration;

use jiff::Timestamp;

use super::{ON_TIME, Policy, Schedule};

impl Schedule {
    /// What to think over about this line, seen from this instant.
    pub fn remarks(&self, now: Timestamp) -> Vec<String> {
        let first = self.next(now);
        let apart = first.and_then(|first| {
            let second = self.next(first)?;
            Duration::try_from(second.duration_since(first)).ok()
        });
        let Some(apart) = apart else {
            return vec!["it is due once in five years at most".to_owned()];
        };
        self.lost_in_an_outage(apart).into_iter().collect()
    }

    /// Which ticks an outage costs, if two of them are this far apart.
    fn lost_in_an_outage(&self, apart: Duration) -> Option<String> {
        let (window, apart_s) = (self.window().as_secs(), apart.as_secs().max(1));
        match self.policy() {
            Policy::Skip if apart > ON_TIME => Some(format!(
                "an outage of {}s costs a tick, and the next is {apart_s}s later",
                ON_TIME.as_secs()
            )),
            Policy::Latest if self.window() < apart => Some(format!(
                "an outage longer than its window of {window}s costs a tick, and the next is {apart_s}s later"
            )),
            Policy::All { max } if window / apart_s > u64::from(max) => Some(format!(
                "`all` catches up {max} ticks, and its window holds {}",
                window / apart_s
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        NewJob, SWEEP,
        timetable::{Line, Timetable},
    };

    fn remarks(line: Line) -> Vec<String> {
        remarks_at("2026-11-21T14:00:00Z", line)
    }

    fn remarks_at(now: &str, line: Line) -> Vec<String> {
        let table = Timetable::new(1, [line]).unwrap();
        table.schedules()[0].remarks(now.parse().unwrap())
    }

    fn line(when: &str) -> Line {
        Line::new("line", when, |_| {
            Ok(NewJob::raw("probe", SWEEP, b"{}".to_vec()))
        })
    }

    #[test]
    fn a_window_that_reaches_to_the_next_tick_needs_no_remark() {
        assert!(remarks(line("* * * * *")).is_empty());
        let daily = line("0 14 * * *").window(Duration::from_hours(24));
        assert!(remarks(daily).is_empty());
        assert!(remarks(line("* * * * *").policy(Policy::Skip)).is_empty());
    }

    #[test]
    fn a_tick_that_an_outage_would_cost_is_told_of() {
        let told = remarks(line("0 14 * * *"));
        assert_eq!(
            told,
            [
                "an outage longer than its window of 3600s costs a tick, and the next is 86400s later"
            ]
        );
        let skips = remarks(line("0 14 * * *").policy(Policy::Skip));
        assert_eq!(
            skips,
            ["an outage of 60s costs a tick, and the next is 86400s later"]
        );
    }

    #[test]
    fn a_catch_up_that_is_smaller_than_its_window_is_told_of() {
        let all = line("* * * * *").policy(Policy::All { max: 5 });
        assert_eq!(
            remarks(all),
            ["`all` catches up 5 ticks, and its window holds 60"]
        );
    }

    #[test]
    fn a_line_that_is_hardly_ever_due_is_told_of() {
        // 2100 has no leap day.
        let leap = remarks_at("2096-01-01T00:00:00Z", line("0 14 29 2 *"));
        assert_eq!(leap, ["it is due once in five years at most"]);
    }
}
