//! What is due next.

use clap::{Args, value_parser};
use jiff::Timestamp;
use platform::timetable::Schedule;
use serde::Serialize;

use super::known;
use crate::{
    backends::{Backends, redis},
    out::{Out, span},
};

#[derive(Args)]
pub(crate) struct Next {
    /// The schedule's name; all of them if not said.
    name: Option<String>,
    /// After this instant, such as 2026-11-22T09:00:00Z; now if not said.
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    from: Option<Timestamp>,
    /// How many at most; 1 to 1000.
    #[arg(
        long,
        default_value_t = 10,
        value_name = "N",
        value_parser = value_parser!(u16).range(1..=1000),
        allow_hyphen_values = true
    )]
    limit: u16,
}

#[derive(Serialize)]
struct Due {
    instant: Timestamp,
    schedule: String,
}

impl Next {
    pub(super) async fn run(self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        let timetable = kinds::timetable()?;
        let schedules = match &self.name {
            Some(name) => std::slice::from_ref(known(name, &timetable)?),
            None => timetable.schedules(),
        };
        let from = match self.from {
            Some(from) => from,
            None => redis(backends.queue()?.now()).await?,
        };
        let due = merged(schedules, from, self.limit.into());
        if due.is_empty() {
            out.aside(&format!("Nothing is due after {from}."));
        }
        out.rows(&["DUE", "IN", "SCHEDULE"], &due, |due| {
            let wait = span(due.instant.duration_since(from).as_secs());
            vec![due.instant.to_string(), wait, due.schedule.clone()]
        })
    }
}

/// The first `limit` instants of all of these, in order.
fn merged(schedules: &[Schedule], from: Timestamp, limit: usize) -> Vec<Due> {
    let mut due: Vec<Due> = Vec::new();
    for schedule in schedules {
        let instants = schedule.instants(from, Timestamp::MAX, limit);
        due.extend(instants.into_iter().map(|instant| Due {
            instant,
            schedule: schedule.id().to_owned(),
        }));
    }
    due.sort_by(|a, b| (a.instant, &a.schedule).cmp(&(b.instant, &b.schedule)));
    due.truncate(limit);
    due
}
