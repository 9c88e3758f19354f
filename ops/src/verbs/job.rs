//! Jobs: list, look at, retry, enqueue.

mod enqueue;

use clap::{Args, Subcommand, value_parser};
use jiff::Timestamp;
use platform::{
    JobId, Queue, State,
    inspect::{JobView, Revived},
};

use self::enqueue::Enqueue;
use crate::{
    backends::{Backends, redis},
    exit::Refusal,
    out::Out,
};

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// The jobs of one state: the first in line, the next due, the latest given up.
    Ls(Ls),
    /// One job: attempts, times, errors, and what to do next.
    Show {
        /// The job's id.
        id: JobId,
    },
    /// Gives a dead job all its attempts again.
    Retry {
        /// The job's id.
        id: JobId,
    },
    /// Enqueues a job by the name of its kind.
    Enqueue(Enqueue),
}

#[derive(Args)]
pub(crate) struct Ls {
    /// Only of this queue.
    #[arg(long, value_name = "QUEUE")]
    queue: Option<String>,
    /// scheduled, ready, running, retrying, done or dead.
    #[arg(long, default_value = "ready")]
    state: State,
    /// How many of each queue at most; 1 to 1000.
    #[arg(
        long,
        default_value_t = 50,
        value_name = "N",
        value_parser = value_parser!(u16).range(1..=1000),
        allow_hyphen_values = true
    )]
    limit: u16,
}

impl Verb {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let queue = backends.queue()?;
        match self {
            Self::Ls(verb) => verb.run(&queue, out).await,
            Self::Show { id } => show(&queue, id, out).await,
            Self::Retry { id } => retry(&queue, id, out).await,
            Self::Enqueue(verb) => verb.run(&queue, out).await,
        }
    }
}

impl Ls {
    async fn run(self, queue: &Queue, out: &Out) -> anyhow::Result<()> {
        let known = kinds::catalog().queues();
        if let Some(unknown) = self.queue.as_deref().filter(|name| !known.contains(name)) {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Refusal::NotFound(format!(
                "there is no queue {unknown:?}; the queues are {known}"
            ))
            .into());
        }
        let mut jobs = Vec::new();
        for name in known
            .into_iter()
            .filter(|name| self.queue.as_deref().is_none_or(|only| only == *name))
        {
            jobs.extend(redis(queue.list(name, self.state, self.limit.into())).await?);
        }
        out.rows(
            &[
                "ID",
                "KIND",
                "QUEUE",
                "STATE",
                "ATTEMPT",
                "AT",
                "LAST ERROR",
            ],
            &jobs,
            |job| {
                let error = job
                    .errors
                    .last()
                    .map(|fault| fault.text.chars().take(60).collect());
                vec![
                    job.id.to_string(),
                    job.kind.clone(),
                    job.queue.clone(),
                    job.state.to_string(),
                    format!("{}/{}", job.attempt, job.max_attempts),
                    time(job.at.or(job.created)),
                    error.unwrap_or_else(|| "–".to_owned()),
                ]
            },
        )
    }
}

fn time(at: Option<Timestamp>) -> String {
    at.map_or("–".to_owned(), |at| format!("{at:.0}"))
}

/// Looks in every queue: an id does not say in which it stands.
async fn find(queue: &Queue, id: JobId) -> anyhow::Result<JobView> {
    for name in kinds::catalog().queues() {
        if let Some(job) = redis(queue.show(name, id)).await? {
            return Ok(job);
        }
    }
    Err(Refusal::NotFound(format!(
        "no job {id} stands in any queue; it may be done, which is not kept"
    ))
    .into())
}

async fn show(queue: &Queue, id: JobId, out: &Out) -> anyhow::Result<()> {
    let job = find(queue, id).await?;
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
    let note = |(key, value): (&String, &String)| ("metadata", format!("{key}={value}"));
    lines.extend(job.metadata.iter().map(note));
    lines.extend(job.unique.clone().map(|key| ("unique", key)));
    let fault = |fault: &platform::inspect::Fault| {
        format!(
            "{:.0} attempt {}: {}: {}",
            fault.at, fault.attempt, fault.code, fault.text
        )
    };
    lines.extend(job.errors.iter().map(|error| ("error", fault(error))));
    out.one(&job, &lines)?;
    if job.state == State::Dead {
        out.aside(&format!(
            "Give it all its attempts again with `honeydue job retry {id}`."
        ));
    }
    Ok(())
}

fn when(state: State) -> &'static str {
    match state {
        State::Running => "lease until",
        State::Dead => "given up",
        State::Done => "done",
        _ => "due",
    }
}

async fn retry(queue: &Queue, id: JobId, out: &Out) -> anyhow::Result<()> {
    let job = find(queue, id).await?;
    match redis(queue.retry_dead(&job.queue, id)).await? {
        Revived::Ready => {
            out.aside(&format!("{id} is ready again."));
            Ok(())
        }
        Revived::NotDead => Err(Refusal::Refused(format!(
            "{id} is not dead, it is {}; nothing was changed",
            job.state
        ))
        .into()),
        Revived::KeyHeldBy(holder) => Err(Refusal::Refused(format!(
            "job {holder} holds its unique key now; nothing was changed"
        ))
        .into()),
    }
}
