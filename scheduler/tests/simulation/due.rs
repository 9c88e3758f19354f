//! The timetable of all histories, and what of it is due, worked out by hand.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use platform::{
    NewJob, SWEEP,
    timetable::{Line, Policy, TickId, Timetable, Unfinished},
};

pub(crate) const WINDOW: Duration = Duration::from_secs(90);

/// A line, and the seconds of each minute at which it is due.
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    seconds: &'static [i64],
    when: &'static str,
    pub(crate) policy: Policy,
    pub(crate) unfinished: Unfinished,
}

pub(crate) const RULES: [Rule; 4] = [
    Rule {
        id: "latest",
        seconds: &[0, 20, 40],
        when: "*/20 * * * * *",
        policy: Policy::Latest,
        unfinished: Unfinished::Allow,
    },
    Rule {
        id: "skip",
        seconds: &[10, 40],
        when: "10,40 * * * * *",
        policy: Policy::Skip,
        unfinished: Unfinished::Skip,
    },
    Rule {
        id: "all",
        seconds: &[25],
        when: "25 * * * * *",
        policy: Policy::All { max: 3 },
        unfinished: Unfinished::Allow,
    },
    Rule {
        id: "one",
        seconds: &[5, 35],
        when: "5,35 * * * * *",
        policy: Policy::Latest,
        unfinished: Unfinished::QueueOne,
    },
];

pub(crate) fn rule(id: &str) -> &'static Rule {
    let found = RULES.iter().find(|rule| rule.id == id);
    found.expect("a line of the timetable")
}

pub(crate) fn timetable(version: u32) -> Arc<Timetable> {
    let line = |rule: &Rule| {
        let job = |_: Timestamp| Ok(NewJob::raw("probe", SWEEP, b"{}".to_vec()));
        let line = Line::new(rule.id, rule.when, job).window(WINDOW);
        line.policy(rule.policy).unfinished(rule.unfinished)
    };
    let timetable = Timetable::new(version, RULES.iter().map(line));
    Arc::new(timetable.expect("a timetable without a wrong line"))
}

/// Every tick of a rule in `(after, until]`.
pub(crate) fn ticks(rule: &Rule, after: Timestamp, until: Timestamp) -> Vec<TickId> {
    let minutes = after.as_second().div_euclid(60)..=until.as_second().div_euclid(60);
    let instants = minutes.flat_map(|minute| rule.seconds.iter().map(move |s| minute * 60 + s));
    let instants = instants.map(|at| Timestamp::from_second(at).expect("an instant"));
    let due = instants.filter(|at| *at > after && *at <= until);
    due.map(|at| TickId::due(rule.id, at)).collect()
}

pub(crate) fn longer_ago(instant: Timestamp, than: Duration, now: Timestamp) -> bool {
    now.duration_since(instant) > SignedDuration::try_from(than).unwrap_or(SignedDuration::MAX)
}
