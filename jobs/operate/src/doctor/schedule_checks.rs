//! Schedules: somebody leads, and every line is due some day.

use platform::Queue;

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
    let now = match redis(queue.now()).await {
        Ok(now) => now,
        Err(trouble) => return Finding::unknown("schedules", &trouble),
    };
    let timetable = match kinds::timetable() {
        Ok(timetable) => timetable,
        Err(problems) => {
            return Finding::critical("schedules", problems.to_string()).mend("mend the timetable");
        }
    };
    let never = timetable
        .schedules()
        .iter()
        .filter(|line| line.next(now).is_none());
    let never: Vec<_> = never.map(platform::timetable::Schedule::id).collect();
    if never.is_empty() {
        return Finding::ok("schedules", "each is due some day");
    }
    Finding::warning("schedules", format!("{} are never due", never.join(", ")))
        .mend("mend their times in the timetable")
}
