//! Schedules: somebody leads, and every line is due some day.

use jiff::Timestamp;
use platform::{
    Queue,
    timetable::{Problems, Schedule, Timetable},
};

use super::Finding;
use crate::redis;

pub(super) async fn all(queue: &Queue) -> Vec<Finding> {
    vec![leader(queue).await, lines(queue).await]
}

async fn leader(queue: &Queue) -> Finding {
    match redis(queue.leader()).await {
        Ok(Some(leader)) => Finding::ok(
            "leader",
            format!("{} leads in term {}", leader.owner, leader.term),
        ),
        Ok(None) => Finding::critical("leader", "nobody leads: no schedule fires")
            .mend("start honeydue-scheduler, and look at its log if one runs"),
        Err(trouble) => Finding::unknown("leader", &trouble),
    }
}

async fn lines(queue: &Queue) -> Finding {
    match redis(queue.now()).await {
        Ok(now) => judged(kinds::timetable(), now),
        Err(trouble) => Finding::unknown("schedules", &trouble),
    }
}

/// A line that does not match once in years makes the whole timetable invalid; one whose times have
/// all passed does not.
fn judged(timetable: Result<Timetable, Problems>, now: Timestamp) -> Finding {
    let timetable = match timetable {
        Ok(timetable) => timetable,
        Err(problems) => {
            return Finding::critical("schedules", problems.to_string())
                .mend("mend the timetable; no scheduler leads with this one");
        }
    };
    let never = timetable
        .schedules()
        .iter()
        .filter(|line| line.next(now).is_none());
    let never: Vec<_> = never.map(Schedule::id).collect();
    if never.is_empty() {
        return Finding::ok("schedules", "each is due some day");
    }
    Finding::warning("schedules", format!("{} are never due", never.join(", ")))
        .mend("mend their times in the timetable")
}

#[cfg(test)]
mod tests {
    use platform::{NewJob, timetable::Line};

    use super::*;
    use crate::doctor::Level;

    fn judged_at(when: &str, now: Timestamp) -> (Level, String) {
        let line = Line::new("spring", when, |_| {
            Ok(NewJob::raw("sweep", "sweep", b"{}".to_vec()))
        });
        let finding = judged(Timetable::new(1, [line]), now);
        (finding.level, finding.found)
    }

    #[test]
    fn a_line_that_never_matches_is_found_and_named() {
        let now = "2026-11-21T09:00:00Z".parse().expect("an instant");
        assert_eq!(judged_at("0 9 * * *", now).0, Level::Ok);
        let (level, found) = judged_at("0 9 31 2 *", now);
        assert!(
            level == Level::Critical && found.contains("spring"),
            "{found}"
        );
        let (level, found) = judged_at("0 9 * * *", Timestamp::MAX);
        assert_eq!(
            (level, found.as_str()),
            (Level::Warning, "spring are never due")
        );
    }
}
