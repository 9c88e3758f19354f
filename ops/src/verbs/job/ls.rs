//! `job ls`: jobs, as many as asked for, and where to go on.

use clap::Args;
use operate::redis;
use platform::{Queue, State, inspect::JobView};

use super::filters::Filters;
use crate::{
    out::{Out, time},
    verbs::flags::{Limit, scan},
};

#[derive(Args)]
pub(crate) struct Ls {
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    limit: Limit,
    /// Where the listing before ended, as it said.
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// Look at so many jobs at most; 1 to 1000000.
    #[arg(
        long,
        default_value_t = 10_000,
        value_name = "N",
        value_parser = scan(),
        allow_hyphen_values = true
    )]
    scan: u32,
}

impl Ls {
    pub(super) async fn run(self, queue: &Queue, out: &Out) -> anyhow::Result<()> {
        let now = redis(queue.now()).await?;
        let filter = self.filters.at(now).of_states(&[State::Ready]);
        let (limit, scan) = (self.limit.limit.into(), usize::try_from(self.scan)?);
        let cursor = self.cursor.as_deref();
        let listing = operate::list(queue, &filter, limit, scan, cursor).await?;
        out.rows_of(&listing, &HEADS, &listing.jobs, cells)?;
        if let Some(cursor) = listing.cursor {
            let full = listing.jobs.len() == limit;
            let why = if full {
                "There may be more"
            } else {
                "Looked no further"
            };
            out.aside(&format!(
                "{why}: {} looked at. Go on with the same filter and `--cursor {cursor}`.",
                listing.looked
            ));
        }
        Ok(())
    }
}

pub(crate) const HEADS: [&str; 7] = [
    "ID",
    "KIND",
    "QUEUE",
    "STATE",
    "ATTEMPT",
    "AT",
    "LAST ERROR",
];

pub(crate) fn cells(job: &JobView) -> Vec<String> {
    let error = job.errors.last();
    let error = error.map(|fault| fault.text.chars().take(60).collect());
    vec![
        job.id.to_string(),
        job.kind.clone(),
        job.queue.clone(),
        job.state.to_string(),
        format!("{}/{}", job.attempt, job.max_attempts),
        time(job.at.or(job.created)),
        error.unwrap_or_else(|| "–".to_owned()),
    ]
}
