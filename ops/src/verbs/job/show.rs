//! `job show`: one job laid open, and what to do with it next.

use clap::Args;
use operate::jobs;
use platform::{
    JobId, Queue, State,
    inspect::{Fault, JobView},
    trace::TRACEPARENT,
};

use crate::out::{Out, time};

#[derive(Args)]
pub(crate) struct Show {
    /// The job's id.
    id: JobId,
    /// The payload as it is, also what in it may be a person's.
    #[arg(long)]
    payload: bool,
}

impl Show {
    pub(super) async fn run(self, queue: &Queue, out: &Out) -> anyhow::Result<()> {
        let job = jobs::find(queue, self.id).await?;
        let job = if self.payload { job } else { jobs::shown(job) };
        tell(&job, out)
    }
}

fn tell(job: &JobView, out: &Out) -> anyhow::Result<()> {
    out.one(job, &lines(job))?;
    if let Some(advice) = jobs::advice(job) {
        out.aside(&advice);
    }
    Ok(())
}

fn lines(job: &JobView) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        (
            "job",
            format!("{} of kind {} in {}", job.id, job.kind, job.queue),
        ),
        ("state", job.state.to_string()),
        (
            "attempt",
            format!("{} of {}, {} lost", job.attempt, job.max_attempts, job.lost),
        ),
        ("created", time(job.created)),
        (when(job.state), time(job.at)),
        ("payload", job.payload.to_string()),
    ];
    lines.extend((!job.origin.is_empty()).then(|| ("origin", job.origin.clone())));
    lines.extend(job.not_after.map(|at| ("not after", time(Some(at)))));
    lines.extend(job.metadata.iter().map(note));
    lines.extend(job.unique.clone().map(|key| ("unique", key)));
    lines.extend(job.errors.iter().map(|error| ("error", fault(error))));
    lines
}

/// What an operator looks for by hand: the trace's id is what tracing tools ask for.
fn note((key, value): (&String, &String)) -> (&'static str, String) {
    let trace = value.split('-').nth(1).filter(|_| key == TRACEPARENT);
    trace.map_or_else(
        || ("metadata", format!("{key}={value}")),
        |trace| ("trace", trace.to_owned()),
    )
}

fn fault(fault: &Fault) -> String {
    format!(
        "{:.0} attempt {}: {}: {}",
        fault.at, fault.attempt, fault.code, fault.text
    )
}

fn when(state: State) -> &'static str {
    match state {
        State::Running => "lease until",
        State::Dead => "given up",
        State::Done => "done",
        State::Cancelled => "called off",
        _ => "due",
    }
}
