//! Whether the timetable is right, and what to think over about it.

use platform::{
    Clock,
    timetable::{Problem, Schedule},
};
use serde::Serialize;

use crate::{exit::Refusal, out::Out};

#[derive(Serialize)]
struct Finding {
    schedule: String,
    verdict: &'static str,
    what: String,
}

/// It asks no server, so that it can be asked before a deploy.
pub(super) fn lint(out: &Out) -> anyhow::Result<()> {
    let findings: Vec<_> = match kinds::timetable() {
        Ok(timetable) => timetable.schedules().iter().flat_map(of_line).collect(),
        Err(problems) => problems.0.into_iter().map(Finding::wrong).collect(),
    };
    say(&findings, out)
}

fn say(findings: &[Finding], out: &Out) -> anyhow::Result<()> {
    out.rows(&["SCHEDULE", "VERDICT", "WHAT"], findings, |finding| {
        let verdict = finding.verdict.to_owned();
        vec![finding.schedule.clone(), verdict, finding.what.clone()]
    })?;
    let wrong = findings.iter().filter(|one| one.verdict == "wrong").count();
    if wrong > 0 {
        return Err(Refusal::Failed(format!("{wrong} wrong")).into());
    }
    Ok(())
}

fn of_line(schedule: &Schedule) -> Vec<Finding> {
    let finding = |verdict, what| Finding {
        schedule: schedule.id().to_owned(),
        verdict,
        what,
    };
    let now = Clock::system().now();
    if let Err(what) = runs(schedule, now) {
        return vec![finding("wrong", what)];
    }
    let remarks = schedule.remarks(now);
    if remarks.is_empty() {
        return vec![finding("right", schedule.spec())];
    }
    let remarks = remarks.into_iter();
    remarks.map(|what| finding("remark", what)).collect()
}

/// Whether a worker would know the kind of its job, and read its payload.
fn runs(schedule: &Schedule, now: jiff::Timestamp) -> Result<(), String> {
    let job = schedule.job(now).map_err(|error| error.to_string())?;
    let payload = std::str::from_utf8(job.payload()).map_err(|error| error.to_string())?;
    let parsed = kinds::catalog().parse(job.kind(), payload);
    parsed.map(|_| ()).map_err(|error| error.to_string())
}

impl Finding {
    fn wrong(problem: Problem) -> Self {
        Self {
            schedule: problem.line,
            verdict: "wrong",
            what: problem.what,
        }
    }
}
