//! Measures a queue: how fast it takes jobs, how fast they are done, and how soon they begin.
//!
//! With workers of its own it works under a key prefix of its own, so it meets nobody's jobs, and
//! forgets what it wrote; on a Redis elsewhere, which others may need, it asks first. With the installed
//! workers it enqueues among the real ones, and asks first too.

mod enqueue;
mod figures;
mod latency;
mod place;
mod starts;
mod worker;

use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use jiff::SignedDuration;
use kinds::Probe;
use platform::{Job, Queue};
use tokio::time::Instant;

use self::{figures::Figures, worker::Workers};
use crate::{
    backends::{Backends, redis},
    exit::Refusal,
    out::Out,
    verbs::act::{YES, sure},
};

#[derive(Args)]
pub(crate) struct Bench {
    /// How many probe jobs to enqueue and drain.
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    jobs: u64,
    /// One after the other, many calls at a time, or many jobs in a call.
    #[arg(long, default_value = "concurrent", value_name = "HOW")]
    enqueue: How,
    /// Calls at a time, if concurrent.
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    in_flight: u64,
    /// Workers of its own; 0 leaves the work to those installed.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=64))]
    workers: u64,
    /// Jobs at a time in each of these workers.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    concurrency: u64,
    /// How long each job takes.
    #[arg(long, default_value_t = 0, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=60_000))]
    sleep_ms: u64,
    /// Then, jobs a second under steady load; 0 leaves this out.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=100_000))]
    rate: u64,
    /// How long that load lasts, such as 5s; ten minutes at most.
    #[arg(long = "for", default_value = "5s", value_name = "DURATION")]
    long: SignedDuration,
    /// Instead of all that: schedule the jobs for one instant so far away, and see how late they begin.
    #[arg(long, value_name = "DURATION")]
    due_in: Option<SignedDuration>,
    /// Load a Redis on another machine, or enqueue among the real jobs, without asking.
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum How {
    One,
    Concurrent,
    Bulk,
}

const QUEUE: &str = Probe::QUEUE;
const LONGEST: SignedDuration = SignedDuration::from_mins(10);
/// How often it looks whether anything came in after it was forgotten.
const LOOKS: u32 = 20;
const BETWEEN: Duration = Duration::from_millis(200);

impl Bench {
    pub(crate) async fn run(self, backends: &Backends, out: &mut Out) -> anyhow::Result<()> {
        let span = |name, span: SignedDuration| {
            let fits = (SignedDuration::ZERO..=LONGEST).contains(&span);
            let wrong = || Refusal::Usage(format!("{name} must be from 0s to 10m"));
            fits.then(|| span.unsigned_abs()).ok_or_else(wrong)
        };
        let long = span("--for", self.long)?;
        let due_in = self.due_in.map(|due| span("--due-in", due)).transpose()?;
        if self.workers == 0 {
            return self.with_installed_workers(backends, out).await;
        }
        let prefix = backends.prefix_apart("bench");
        let queue = backends.queue_under(&prefix)?;
        self.may_load(backends.redis_url()?, out)?;
        // Each worker has connections of its own, as in a process of its own.
        let connect = || backends.queue_under(&prefix);
        redis(queue.ping()).await?;
        let done = tokio::select! {
            done = self.alone(&queue, &connect, long, due_in, out) => done,
            told = place::told_to_end() => match told {
                Ok(()) => Err(Refusal::Failed("interrupted".to_owned()).into()),
                Err(error) => Err(error.into()),
            },
        };
        forget(&queue)
            .await
            .context("forgetting the bench's jobs")?;
        let figures = done?;
        out.one(&figures, &figures.lines())
    }

    fn may_load(&self, url: &str, out: &Out) -> Result<(), Refusal> {
        if self.yes || place::is_here(url) {
            return Ok(());
        }
        out.aside("REDIS_URL leads to another machine, and this takes all of it that there is.");
        sure(out, &format!("Run {} jobs there?", self.jobs), YES)
    }

    async fn alone(
        &self,
        queue: &Queue,
        connect: &dyn Fn() -> anyhow::Result<Queue>,
        long: Duration,
        due_in: Option<Duration>,
        out: &Out,
    ) -> anyhow::Result<Figures> {
        let mut figures = Figures::new(self.jobs);
        if let Some(due_in) = due_in {
            out.aside(&format!("Scheduling {} jobs for one instant …", self.jobs));
            let workers = Workers::start(connect, self.workers, self.concurrency)?;
            figures.lateness(latency::due_at_once(self, queue, &workers, due_in).await?);
            workers.stop().await;
            return Ok(figures);
        }
        out.aside(&format!("Enqueueing {} jobs …", self.jobs));
        figures.enqueued(enqueue::all(self, queue).await?);
        out.aside("Draining them …");
        let begun = Instant::now();
        let workers = Workers::start(connect, self.workers, self.concurrency)?;
        workers.done(self.jobs).await;
        figures.drained(begun.elapsed());
        if self.sleep_ms > 0 {
            out.aside("The same sleeps without a queue …");
            figures.ideal(enqueue::bare_sleeps(self).await);
        } else if self.rate > 0 && !long.is_zero() {
            out.aside(&format!("{} jobs a second for {long:?} …", self.rate));
            figures.latency(latency::steady(self.rate, long, queue, &workers).await?);
        }
        workers.stop().await;
        Ok(figures)
    }

    async fn with_installed_workers(&self, backends: &Backends, out: &Out) -> anyhow::Result<()> {
        if !self.yes {
            let jobs = self.jobs;
            return Err(Refusal::Refused(format!(
                "this puts {jobs} probe jobs among the real ones of queue {QUEUE}; add --yes if you mean it"
            ))
            .into());
        }
        let queue = backends.queue()?;
        let before = redis(queue.depth(QUEUE)).await?;
        let mut figures = Figures::new(self.jobs);
        out.aside(&format!("Enqueueing {} jobs …", self.jobs));
        let begun = Instant::now();
        figures.enqueued(enqueue::all(self, &queue).await?);
        out.aside("Waiting for the installed workers …");
        while redis(queue.depth(QUEUE)).await? > before {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        figures.drained(begun.elapsed());
        out.one(&figures, &figures.lines())
    }
}

/// Until nothing comes any more: calls that were under way when the run was ended land after the first time.
async fn forget(queue: &Queue) -> anyhow::Result<()> {
    for _ in 0..LOOKS {
        queue.purge(QUEUE).await?;
        tokio::time::sleep(BETWEEN).await;
        if redis(queue.depth(QUEUE)).await? == 0 {
            return Ok(());
        }
    }
    anyhow::bail!("jobs still come in")
}
